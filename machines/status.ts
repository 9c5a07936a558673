/** What the machine's state looks like from outside: the projection that `backend-status` carries. */
import type { SnapshotFrom } from 'xstate';
import { backoffLeftMs, type Crash } from './context';
import type { lifecycle } from './lifecycle';
import type { FatalReason } from './policy';
import { FATAL, SLOW, type Choice, type Trouble } from './troubles';

/** The states of the `lifecycle` region, as people and tests name them. */
export const BACKEND_STATES = [
  'idle', 'starting', 'healthy', 'unhealthy', 'reconnecting', 'crashed', 'backoff', 'fatal', 'stopping', 'stopped',
] as const;
export type BackendState = (typeof BACKEND_STATES)[number];

/** The projection without time stamps: equal projections are one status. */
export interface Projection {
  readonly state: BackendState;
  /** The path below the state, dots between: `probing.slow`; empty where there is none. */
  readonly subState: string;
  /** What the person reads; letter by letter as in the requirements where they give it. */
  readonly text: string;
  /** Where the person has to decide: what it means and what can be done, and what to choose from; else null and nothing. */
  readonly help: string | null;
  readonly choices: readonly Choice[];
  /** `http://127.0.0.1:PORT` while requests can be sent (healthy, unhealthy, reconnecting), else null. */
  readonly url: string | null;
  readonly port: number | null;
  readonly pid: number | null;
  readonly generation: number;
  /** Which try of how many: reconnects, or restarts within the budget. 0 of 0 where nothing is tried. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds from this status to the next automatic try; null where none is planned. */
  readonly nextTryInMs: number | null;
  readonly crash: Crash | null;
  /** Crashes that count against the budget. */
  readonly crashes: number;
  readonly reason: FatalReason | null;
  readonly detail: string | null;
}

/** What each state reads; `fatal` only where no reason is known. */
export const TEXTS: Readonly<Record<BackendState, string>> = {
  idle: 'Starting backend...',
  starting: 'Starting backend...',
  healthy: 'Ready',
  unhealthy: 'Reconnecting...',
  reconnecting: 'Reconnecting...',
  crashed: 'The backend stopped. Restarting...',
  backoff: 'The backend stopped. Restarting...',
  fatal: 'The backend could not be kept running.',
  stopping: 'Stopping...',
  stopped: 'Stopped',
};
export const CONNECTING = 'Connecting...';

function troubleOf(subState: string, reason: FatalReason | null): Trouble | null {
  if (subState === 'probing.slow') return SLOW;
  // There is a reason in `fatal` only.
  return reason && FATAL[reason];
}

const HAS_URL: ReadonlySet<BackendState> = new Set<BackendState>(['healthy', 'unhealthy', 'reconnecting']);

const isBackendState = (name: string | undefined): name is BackendState => BACKEND_STATES.some((known) => known === name);

/** `{a: {b: 'c'}}` → `['a', 'b', 'c']`. */
function pathOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : Object.entries(value ?? {}).flatMap(([key, inner]) => [key, ...pathOf(inner)]);
}

/** The state's name and the path below it, from a snapshot's `value.lifecycle`. */
export function stateOf(value: unknown): { state: BackendState; subState: string } {
  const [state, ...below] = pathOf(value);
  if (!isBackendState(state)) throw new Error(`Unknown lifecycle state: ${JSON.stringify(value)}`);
  return { state, subState: below.join('.') };
}

/** What is true now, for the outside. Pure. */
export function project(snapshot: Pick<SnapshotFrom<typeof lifecycle>, 'value' | 'context'>): Projection {
  const { context } = snapshot;
  const { policy } = context;
  const { state, subState } = stateOf(snapshot.value.lifecycle);
  const restarting = state === 'crashed' || state === 'backoff';
  const reconnecting = state === 'unhealthy' || state === 'reconnecting';
  const trouble = troubleOf(subState, context.reason);
  const nextTryInMs =
    state === 'backoff' ? backoffLeftMs(context)
    : state === 'unhealthy' || subState === 'pausing' ? policy.reconnect.intervalMs
    : null;
  return {
    state, subState,
    text: trouble?.text ?? (subState === 'probing.patient' ? CONNECTING : TEXTS[state]),
    help: trouble?.help ?? null,
    choices: trouble?.choices ?? [],
    url: HAS_URL.has(state) && context.port !== null ? `http://127.0.0.1:${context.port}` : null,
    port: context.port,
    pid: context.pid,
    generation: context.generation,
    attempt: reconnecting ? context.attempt : restarting ? context.window.length : 0,
    maxAttempts: reconnecting ? policy.reconnect.attempts : restarting ? policy.restart.budget - 1 : 0,
    nextTryInMs,
    crash: context.record,
    crashes: context.window.length,
    // Forgotten when `fatal` is left.
    reason: context.reason,
    detail: context.detail,
  };
}
