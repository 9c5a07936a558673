/** What the lifecycle machine hears: commands of people, facts from effects, and what its two regions tell each other. */
import type { FatalReason } from './policy';

/** What people and the system want. `at` is monotonic milliseconds: the machine itself reads no clock. */
export type Command =
  | { readonly type: 'START' | 'STOP' | 'RESTART' | 'RETRY' | 'KEEP_WAITING' }
  /** `urgent`: the operating system is shutting down, so there is no time to ask. */
  | { readonly type: 'QUIT'; readonly urgent?: boolean }
  /** The machine slept, or the app was stopped for a while. */
  | { readonly type: 'RESUME'; readonly at: number }
  /** Somebody has reason to doubt the backend: a request failed, or had no answer. */
  | { readonly type: 'PROBE_NOW'; readonly at: number };

/** How the backend's process ended. `stderrTail`: its last lines, oldest first. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderrTail: readonly string[];
}

/** What effects report. Each names its generation, so that a late report of an old one changes nothing. */
export type Fact =
  | { readonly type: 'LOCATED' }
  | { readonly type: 'NOT_LOCATED'; readonly reason: FatalReason; readonly detail: string }
  | { readonly type: 'PORT'; readonly port: number }
  | { readonly type: 'NO_PORTS'; readonly detail: string }
  | { readonly type: 'SPAWNED'; readonly generation: number; readonly pid: number }
  /** `reason` is null where another try may help (no memory, no descriptors). */
  | { readonly type: 'SPAWN_FAILED'; readonly generation: number; readonly at: number; readonly reason: FatalReason | null; readonly detail: string }
  | ({ readonly type: 'EXITED'; readonly generation: number; readonly at: number; readonly portTaken: boolean } & Exit)
  | { readonly type: 'READY'; readonly generation: number; readonly at: number; readonly proof: boolean }
  | { readonly type: 'PROBE_OK'; readonly generation: number; readonly at: number; readonly probe: number; readonly proof: boolean }
  | { readonly type: 'PROBE_MISSED'; readonly generation: number; readonly at: number; readonly probe: number; readonly why: string }
  | { readonly type: 'ASK_REFUSED'; readonly generation: number }
  | { readonly type: 'SWEPT'; readonly generation: number; readonly at: number };

/** What the regions raise for one another; nobody outside sends these. */
export type Internal =
  | { readonly type: 'process.spawn' | 'process.hurry' | 'process.gone' | 'process.stuck' }
  | { readonly type: 'process.end'; readonly hard: boolean }
  | ({ readonly type: 'process.lost'; readonly at: number; readonly portTaken: boolean; readonly spawnError: string | null } & Exit);

/** XState's own, when an effect throws; the last part of the real type is the effect's id. */
export interface EffectError {
  readonly type: 'xstate.error.actor.effect';
  readonly error: unknown;
}

export type LifecycleEvent = Command | Fact | Internal | EffectError;
