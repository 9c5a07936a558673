/** The numbers that decide: every wait, attempt and budget of the lifecycle, with the requirements' values as defaults. */

/** Reasons for `fatal`; each has its own page and its own way out. */
export const FATAL_REASONS = [
  'crash-budget', 'executable-missing', 'not-runnable', 'no-ports', 'database', 'user-data', 'configuration', 'unkillable',
] as const;
export type FatalReason = (typeof FATAL_REASONS)[number];

/** What an exit code of the backend says: the port went to somebody else, or a reason that a restart can't mend. */
export type ExitMeaning = 'port-taken' | FatalReason;

/** Times in milliseconds. The machine gets it as input, so a guest's `backend.json` can change each number. */
export interface Policy {
  /** Poll while starting; `intervalMs × attempts` is when the start counts as slow. */
  readonly startup: { readonly intervalMs: number; readonly attempts: number; readonly timeoutMs: number };
  /** Probe of a healthy backend. */
  readonly liveness: { readonly intervalMs: number; readonly timeoutMs: number };
  /** Attempts after a missed probe (the miss itself is not one of them). */
  readonly reconnect: { readonly intervalMs: number; readonly attempts: number; readonly timeoutMs: number };
  /** The stop ladder: how long each rung may take. `ask` is false where the backend has no shutdown route, `dump` where it can't be asked for its stacks. */
  readonly shutdown: { readonly ask: boolean; readonly dump: boolean; readonly askMs: number; readonly termMs: number; readonly killMs: number };
  /** `budget` crashes within `windowMs` (inclusive) end in `fatal`. */
  readonly restart: { readonly delayMs: number; readonly budget: number; readonly windowMs: number };
  /** What a hung backend has for writing its stacks before SIGTERM. */
  readonly dumpMs: number;
  /** How long the rest of a dead backend's process tree may take to go. */
  readonly sweepMs: number;
  /** How long looking for the executable, and for a port, may take. */
  readonly preflightMs: number;
  /** The least time between two probes that somebody asked for. */
  readonly probeGapMs: number;
  readonly exitCodes: Readonly<Record<number, ExitMeaning>>;
}

export const DEFAULT_POLICY: Policy = {
  startup: { intervalMs: 500, attempts: 60, timeoutMs: 2_000 },
  liveness: { intervalMs: 30_000, timeoutMs: 5_000 },
  reconnect: { intervalMs: 1_000, attempts: 3, timeoutMs: 2_000 },
  shutdown: { ask: true, dump: false, askMs: 5_000, termMs: 2_000, killMs: 3_000 },
  restart: { delayMs: 2_000, budget: 3, windowMs: 300_000 },
  dumpMs: 250,
  sweepMs: 3_000,
  preflightMs: 10_000,
  probeGapMs: 1_000,
  exitCodes: {},
};

/** When a start that has not become healthy counts as slow, in milliseconds. */
export const slowAfterMs = (policy: Policy): number => policy.startup.intervalMs * policy.startup.attempts;
