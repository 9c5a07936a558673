/** What the lifecycle machine remembers, what follows from that, and what it gives to each of its effects. */
import type { FatalReason, Policy } from './policy';

/** One failure of one generation; a generation has one at most, whatever its symptoms. */
export interface Crash {
  readonly generation: number;
  readonly at: number;
  readonly cause: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderrTail: readonly string[];
}

export interface LifecycleContext {
  readonly policy: Policy;
  /** Somebody quit the app: from here on nothing is started any more. */
  readonly quit: boolean;
  /** The operating system is shutting down: the stop ladder starts at SIGTERM. */
  readonly urgent: boolean;
  /** Counts the processes that were spawned. */
  readonly generation: number;
  /** Numbers the probes, so that the answer to an abandoned one is known as such. */
  readonly probe: number;
  readonly port: number | null;
  /** Ports that somebody else took between our scan and the backend's bind. */
  readonly excluded: readonly number[];
  readonly pid: number | null;
  /** This generation has answered with its proof; only then is it sent the token. */
  readonly proven: boolean;
  /** Which reconnect attempt is running. */
  readonly attempt: number;
  /** When the crashes happened that still count (monotonic milliseconds). */
  readonly window: readonly number[];
  readonly record: Crash | null;
  /** What the last exit said that a restart can't mend. */
  readonly verdict: FatalReason | null;
  readonly reason: FatalReason | null;
  readonly detail: string | null;
  readonly lostAt: number;
  readonly goneAt: number;
  readonly lastProbeAt: number | null;
}

/** Only asked where a port was chosen before; 0 would be refused by every effect. */
export const portOf = (context: LifecycleContext): number => context.port ?? 0;

/** What is left of the wait before a restart, in milliseconds: it counts from the exit, so that a slow sweep does not add to it. */
export const backoffLeftMs = ({ policy, goneAt, lostAt }: LifecycleContext): number => Math.max(0, policy.restart.delayMs - (goneAt - lostAt));

/** What each effect is given; what it reports is in events.ts. */
export interface EffectInputs {
  locate: Record<string, never>;
  choosePort: { readonly excluded: readonly number[]; readonly former: number | null };
  process: { readonly generation: number; readonly port: number };
  awaitReady: { readonly generation: number; readonly port: number };
  probe: { readonly generation: number; readonly port: number; readonly probe: number; readonly timeoutMs: number };
  ask: { readonly generation: number; readonly port: number };
  sweep: { readonly generation: number };
}
