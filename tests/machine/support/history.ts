/** What a life looked like from outside, one line per happening: what the checker judges. Knows nothing of the machine. */

/** `backend-status` as published. */
export interface StatusLine {
  readonly kind: 'status';
  readonly seq: number;
  readonly state: string;
  readonly subState: string;
  readonly url: string | null;
  readonly port: number | null;
  readonly generation: number;
  readonly attempt: number;
  readonly nextTryInMs: number | null;
  readonly crash: { readonly generation: number; readonly at: number; readonly code: number | null; readonly signal: string | null } | null;
  readonly crashes: number;
  readonly reason: string | null;
}

export type CommandName = 'START' | 'STOP' | 'RESTART' | 'RETRY' | 'KEEP_WAITING' | 'QUIT' | 'RESUME' | 'PROBE_NOW';

export type Happening =
  | StatusLine
  /** The fact that the status tells nothing of: which state the process is in. Comes before the status of the same step. */
  | { readonly kind: 'process'; readonly process: string }
  // Somebody wanted something; everything up to `command-end` is its consequence.
  | { readonly kind: 'command'; readonly command: CommandName; readonly urgent: boolean }
  | { readonly kind: 'command-end' }
  // The machine started an effect.
  | { readonly kind: 'locate' }
  | { readonly kind: 'choose'; readonly excluded: readonly number[]; readonly former: number | null }
  | { readonly kind: 'spawn'; readonly generation: number; readonly port: number }
  | { readonly kind: 'ask' | 'sweep' | 'await-ready'; readonly generation: number }
  | { readonly kind: 'probe'; readonly generation: number; readonly probe: number; readonly inFlight: number; readonly timeoutMs: number }
  | { readonly kind: 'signal'; readonly generation: number; readonly signal: string }
  // The world told the machine.
  | { readonly kind: 'located' | 'not-located' | 'port' | 'no-ports' }
  | { readonly kind: 'spawned'; readonly generation: number }
  | { readonly kind: 'spawn-failed'; readonly generation: number; readonly permanent: boolean }
  | { readonly kind: 'exit-told'; readonly generation: number; readonly code: number | null; readonly signal: string | null; readonly portTaken: boolean }
  | { readonly kind: 'answer'; readonly generation: number; readonly proof: boolean }
  | { readonly kind: 'miss'; readonly generation: number }
  | { readonly kind: 'ask-refused'; readonly generation: number }
  | { readonly kind: 'group-empty'; readonly generation: number }
  | { readonly kind: 'late'; readonly type: string; readonly generation: number; readonly changed: boolean }
  // What was true, told or not.
  | { readonly kind: 'dead'; readonly generation: number }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'healed' }
  | { readonly kind: 'machine-error'; readonly message: string }
  | { readonly kind: 'end'; readonly projection: string };

/** `t`: milliseconds awake, which timers count. `at`: the monotonic time that events carry; it may have counted sleep too. */
export type Line = { readonly t: number; readonly at: number } & Happening;

export const toJsonLines = (history: readonly Line[]): string => history.map((line) => JSON.stringify(line)).join('\n');
