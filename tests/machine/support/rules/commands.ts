/** Invariant 6 and the wishes: what each command does in each state, that STOP ends in time, that QUIT is final, that the last wish comes true. */
import { pathOf, type Rule, type Status } from './rule';
import type { CommandName } from '../history';

const LADDER_MS = 13_000;
/** Exit codes that no restart can mend. */
const HOPELESS: ReadonlySet<number> = new Set([65, 73, 78]);

/** Where a command must lead; null: nowhere else than the state is. */
function expected(command: CommandName, before: Status | null, process: string, quit: boolean): readonly string[] | null {
  const path = pathOf(before);
  const state = before?.state ?? 'idle';
  const present = process !== 'none';
  const start = present ? ['starting.evicting'] : ['starting.locating'];
  switch (command) {
    case 'STOP': case 'QUIT': return present ? ['stopping'] : ['stopped'];
    case 'START': return !quit && ['idle', 'stopped', 'stopping'].includes(state) ? start : null;
    case 'RETRY': return !quit && state === 'fatal' ? start : null;
    case 'RESTART': {
      if (quit || state === 'fatal' || path === 'starting.evicting') return null;
      // Within the budget it is heard here too; what is not, the rule of the budget judges.
      if (state === 'crashed' || path === 'reconnecting.replacing') return [...start, path];
      return start;
    }
    case 'KEEP_WAITING': return path === 'starting.probing.slow' ? ['starting.probing.patient'] : null;
    default: return [];
  }
}

const obeys: Rule = (report) => {
  let quit = false;
  // Told by the exit; the record may be older, and of a hang.
  let hopeless = false;
  return (line, past) => {
    if (line.kind === 'spawn') hopeless = false;
    if (line.kind === 'exit-told') hopeless = line.code !== null && HOPELESS.has(line.code);
    if (line.kind !== 'command-end' || past.command === null) return;
    const { command, before, processBefore } = past.command;
    const to = expected(command, before, processBefore, quit);
    const now = pathOf(past.status);
    if (to === null ? now !== pathOf(before) : to.length > 0 && !to.includes(now)) report(`${command} in ${pathOf(before)} led to ${now}`);
    if (command === 'RESTART' && now === 'crashed' && past.status !== null && past.status.crashes < 3 && !hopeless) report('RESTART was ignored within the budget');
    if (command === 'QUIT') quit = true;
  };
};

/** 6. Within 13 s awake a stop has ended, or it says that it can't. */
const stopsInTime: Rule = (report) => {
  let since: number | null = null;
  return (line, past) => {
    if (since !== null && line.t > since + LADDER_MS) {
      report(`not stopped after ${line.t - since} ms, but ${pathOf(past.status)}`);
      since = null;
    }
    if (line.kind !== 'status') return;
    if (line.state === 'stopping') since ??= line.t;
    else since = null;
  };
};

/** 6. After QUIT nothing is started any more. */
const quitIsFinal: Rule = (report) => {
  let quit = false;
  return (line) => {
    if (line.kind === 'command' && line.command === 'QUIT') quit = true;
    if (quit && ['spawn', 'locate', 'choose'].includes(line.kind)) report(`${line.kind} after QUIT`);
    if (quit && line.kind === 'status' && !['stopping', 'stopped', 'fatal'].includes(line.state)) report(`${line.state} after QUIT`);
  };
};

/** A world that has healed long ago: what was wanted last is true. */
const comesTrue: Rule = (report) => {
  let wish: 'nothing' | 'run' | 'stop' = 'nothing';
  let quit = false;
  let stranger = 0;
  return (line, past) => {
    if (line.kind === 'answer' && !line.proof) stranger = line.generation;
    if (line.kind === 'command-end' && past.command !== null) {
      const { command, before, processBefore } = past.command;
      if (command === 'STOP' || command === 'QUIT') wish = 'stop';
      else if (!quit && ['START', 'RESTART', 'RETRY'].includes(command) && expected(command, before, processBefore, quit) !== null) wish = 'run';
      if (command === 'QUIT') quit = true;
    }
    if (line.kind !== 'end') return;
    const state = past.status?.state ?? 'none';
    const path = pathOf(past.status);
    const unkillable = state === 'fatal' && past.status?.reason === 'unkillable';
    const settled = wish === 'nothing' ? state === 'idle'
      : wish === 'stop' ? state === 'stopped' || unkillable
      : state === 'healthy' || state === 'fatal' || (path.startsWith('starting.probing') && stranger === past.status?.generation);
    if (!settled) report(`wanted was ${wish}, but it is ${path}`);
  };
};

export const commandRules: Readonly<Record<string, Rule>> = {
  '6 obeys': obeys,
  '6 stops in time': stopsInTime,
  '6 quit is final': quitIsFinal,
  '6 comes true': comesTrue,
};
