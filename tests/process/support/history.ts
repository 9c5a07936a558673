/** What a life of the real supervisor looked like from outside, and what must hold in every one. Shares no code with the machine. */

export type Line =
  | { readonly kind: 'step'; readonly step: string }
  | { readonly kind: 'command'; readonly command: string }
  /** `others`: processes of earlier generations that are alive at this moment. */
  | { readonly kind: 'spawned'; readonly generation: number; readonly others: readonly number[] }
  | { readonly kind: 'exited'; readonly generation: number; readonly code: number | null }
  | { readonly kind: 'signal'; readonly generation: number; readonly signal: string }
  | { readonly kind: 'error'; readonly message: string }
  | StatusLine;

export interface StatusLine {
  readonly kind: 'status';
  readonly seq: number;
  readonly state: string;
  readonly subState: string;
  readonly url: string | null;
  readonly generation: number;
  readonly crashOf: number | null;
  readonly crashAt: number | null;
  readonly crashes: number;
  readonly reason: string | null;
  /** Processes of any generation that are alive at this moment. */
  readonly alive: readonly number[];
}

/** The states that may follow one another. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  idle: ['starting', 'stopped'],
  starting: ['healthy', 'crashed', 'fatal', 'stopping', 'stopped'],
  healthy: ['unhealthy', 'crashed', 'stopping', 'starting'],
  unhealthy: ['reconnecting', 'crashed', 'stopping', 'starting'],
  reconnecting: ['healthy', 'crashed', 'fatal', 'stopping', 'starting'],
  crashed: ['backoff', 'fatal', 'starting', 'stopping'],
  backoff: ['starting', 'stopped'],
  fatal: ['starting', 'stopping', 'stopped'],
  stopping: ['stopped', 'starting', 'fatal'],
  stopped: ['starting'],
};
export const STATES: readonly string[] = Object.keys(NEXT);
const REACHABLE: ReadonlySet<string> = new Set(['healthy', 'unhealthy', 'reconnecting']);
const WITHOUT_PROCESS: ReadonlySet<string> = new Set(['idle', 'backoff', 'stopped']);
/** Wishes that end a process, after which its exit is no crash. */
const ENDING: ReadonlySet<string> = new Set(['STOP', 'RESTART', 'QUIT', 'RETRY', 'START']);
const BUDGET = 3;

/** One sentence for each broken rule; empty where the history is a good one. */
export function judge(history: readonly Line[]): string[] {
  const broken: string[] = [];
  let status: StatusLine | null = null;
  let spawned = 0;
  let running: number | null = null;
  let mayStart = true;
  let wished = false;
  let lost: { readonly generation: number; readonly code: number | null } | null = null;
  const signals = new Map<number, string[]>();
  const records = new Map<number, number | null>();
  const must = (holds: boolean, sentence: string): void => { if (!holds) broken.push(sentence); };

  for (const line of history) {
    switch (line.kind) {
      case 'step': break;
      case 'error': broken.push(`an error was logged: ${line.message}`); break;
      case 'command':
        if (ENDING.has(line.command)) wished = true;
        if (line.command === 'RETRY' || line.command === 'STOP') mayStart = true;
        break;
      case 'spawned':
        must(running === null, `generation ${line.generation} was spawned before the exit of ${running}`);
        must(line.others.length === 0, `generation ${line.generation} was spawned beside ${line.others.join()}`);
        must(line.generation === spawned + 1, `generation ${line.generation} follows ${spawned}`);
        must(mayStart, `generation ${line.generation} was spawned in fatal, and nobody wished it`);
        spawned = line.generation;
        running = line.generation;
        wished = false;
        break;
      case 'exited':
        must(running === line.generation, `${line.generation} exited, but ${running} was running`);
        running = null;
        lost = wished || signals.has(line.generation) ? null : line;
        break;
      case 'signal': {
        must(running === line.generation, `${line.signal} to generation ${line.generation}, but ${running} was running`);
        const before = signals.get(line.generation) ?? [];
        must(line.signal === (before.length === 0 ? 'SIGTERM' : 'SIGKILL') || before.at(-1) === 'SIGKILL', `${line.signal} after [${before.join()}]`);
        signals.set(line.generation, [...before, line.signal]);
        break;
      }
      case 'status': {
        const former: StatusLine | null = status;
        must(line.seq === (former?.seq ?? -1) + 1, `status ${line.seq} follows ${former?.seq}`);
        must(former === null || former.state === line.state || (NEXT[former.state] ?? []).includes(line.state), `${line.state} follows ${former?.state}`);
        must((line.url !== null) === REACHABLE.has(line.state), `the address in ${line.state} is ${line.url}`);
        must(line.generation === spawned, `the status says generation ${line.generation}, spawned were ${spawned}`);
        const mustBeEmpty = WITHOUT_PROCESS.has(line.state) || (line.state === 'fatal' && line.reason !== 'unkillable');
        must(!mustBeEmpty || line.alive.length === 0, `${line.state} (${line.reason}) with living processes ${line.alive.join()}`);
        must(line.reason !== 'crash-budget' || line.crashes >= BUDGET, `the budget was spent by ${line.crashes} crashes`);
        must(line.reason !== 'unkillable', 'nothing here is unkillable');
        if (line.crashOf !== null) {
          must(!records.has(line.crashOf) || records.get(line.crashOf) === line.crashAt, `generation ${line.crashOf} has two crash records`);
          records.set(line.crashOf, line.crashAt);
        }
        // Exit code 98 before the proof is a taken port.
        if (lost !== null && !wished && lost.code !== 98) must(line.crashOf === lost.generation, `generation ${lost.generation} was lost, and there is no record of it`);
        lost = null;
        if (line.state === 'fatal' && former?.state !== 'fatal') mayStart = false;
        status = line;
        break;
      }
    }
  }
  return broken;
}
