/** Invariants 1, 2, 5 and 6: one process at a time, late reports change nothing, the ladder in order and on time. */
import { pathOf, type Rule } from './rule';

const ASK_MS = 5_000;
const DUMP_MS = 250;
const TERM_MS = 2_000;
const KILL_MS = 3_000;
const SWEEP_MS = 3_000;

/** 1. A spawn happens only when the one before is dead, told so, and swept. */
const spawnsAlone: Rule = (report) => {
  let spawned = 0;
  let open: number | null = null;
  let over = false;
  const alive = new Set<number>();
  return (line, past) => {
    switch (line.kind) {
      case 'spawn':
        if (open !== null) report(`generation ${line.generation} was spawned while ${open} was not gone`);
        if (alive.size > 0) report(`generation ${line.generation} was spawned beside ${[...alive].join()}`);
        if (line.generation !== spawned + 1) report(`generation ${line.generation} follows ${spawned}`);
        if (past.process !== 'none') report(`spawned while the process was ${past.process}`);
        spawned = line.generation;
        open = line.generation;
        over = false;
        alive.add(line.generation);
        return;
      case 'spawn-failed':
        alive.delete(line.generation);
        if (line.permanent) open = null;
        over = true;
        return;
      case 'dead': alive.delete(line.generation); return;
      case 'exit-told': over = true; return;
      case 'sweep': if (!over) report(`generation ${line.generation} was swept before its exit was told`); return;
      case 'group-empty': open = null; return;
      case 'status':
        if (line.generation !== spawned) report(`the status says generation ${line.generation}, spawned were ${spawned}`);
        return;
      case 'process': if (line.process === 'none' && alive.size > 0) report(`no process, says the machine, but ${[...alive].join()} lives`); return;
      default:
    }
  };
};

/** 2. Events of an old generation, or an old probe, change nothing. */
const lateChangesNothing: Rule = (report) => (line) => {
  if (line.kind === 'late' && line.changed) report(`a late ${line.type} of generation ${line.generation} changed something`);
};

/** 5. `stopped` means that there is no process; `fatal` too, unless it says unkillable. */
const restsWithoutProcess: Rule = (report) => (line, { process }) => {
  if (line.kind !== 'status') return;
  if (line.state === 'stopped' && process !== 'none') report(`stopped with a process that is ${process}`);
  if (line.state === 'fatal' && line.reason !== 'unkillable' && process !== 'none') report(`fatal (${line.reason}) with a process that is ${process}`);
  if (['idle', 'backoff'].includes(line.state) && process !== 'none') report(`${line.state} with a process that is ${process}`);
};

/** 4 and 6. Ask (of one that hangs: for its stacks), SIGTERM, SIGKILL: in this order, at these times, once each. */
const climbsTheLadder: Rule = (report) => {
  let asked: number | null = null;
  let refused: number | null = null;
  let dumped: number | null = null;
  let termed: number | null = null;
  let killed: number | null = null;
  let sweeping: number | null = null;
  let over = false;
  let proven = false;
  let urgentAt: number | null = null;
  return (line, past) => {
    const { t } = line;
    if (!over && asked !== null && termed === null && t > asked + ASK_MS) report(`no SIGTERM ${t - asked} ms after the request`);
    if (!over && refused !== null && termed === null && t > refused) report('the request was refused, but no SIGTERM follows');
    if (!over && dumped !== null && termed === null && t > dumped + DUMP_MS) report(`no SIGTERM ${t - dumped} ms after the stacks were asked for`);
    if (!over && termed !== null && killed === null && t > termed + TERM_MS) report(`no SIGKILL ${t - termed} ms after SIGTERM`);
    if (!over && killed !== null && t > killed + KILL_MS && !isUnkillable(past.status)) report(`${t - killed} ms after SIGKILL nobody said unkillable`);
    if (sweeping !== null && t > sweeping + SWEEP_MS && !isUnkillable(past.status)) report(`a sweep of ${t - sweeping} ms, and nobody said unkillable`);
    switch (line.kind) {
      case 'spawn': [asked, refused, dumped, termed, killed, sweeping, over, proven] = [null, null, null, null, null, null, false, false]; return;
      case 'exit-told': over = true; return;
      case 'spawn-failed': over = true; return;
      case 'sweep': sweeping = t; return;
      case 'group-empty': sweeping = null; return;
      case 'ask-refused': refused = t; return;
      case 'command': {
        if (line.command === 'QUIT' && line.urgent) urgentAt = t;
        // A new wish to end gives a stuck sweep another round.
        if (past.process === 'sweeping.stuck' && ['STOP', 'QUIT', 'RETRY'].includes(line.command)) sweeping = t;
        return;
      }
      case 'command-end':
        if (urgentAt === t && asked !== null && termed === null && !over) report('the system is shutting down, but the backend is still being asked');
        if (urgentAt === t && dumped !== null && termed === null && !over) report('the system is shutting down, but the stacks are waited for');
        return;
      case 'ask':
        if (asked !== null) report('the backend was asked twice');
        if (termed !== null || dumped !== null) report('asked although it is being ended already');
        if (!proven) report(`generation ${line.generation} was asked, with the token, before its proof`);
        if (pathOf(past.status) === 'reconnecting.attempting' && past.command === null) report('a hung backend was asked');
        if (urgentAt !== null) report('asked although the system is shutting down');
        asked = t;
        return;
      case 'signal':
        if (over) report(`${line.signal} to a process whose exit was told`);
        if (line.signal === 'DUMP') {
          if (pathOf(past.status) !== 'reconnecting.attempting') report('asked for the stacks of a backend that does not hang');
          if (asked !== null || dumped !== null || termed !== null) report('asked for the stacks of a backend that is being ended');
          dumped = t;
        } else if (line.signal === 'SIGTERM') {
          if (termed !== null) report('SIGTERM twice');
          if (asked === null && dumped === null && proven && urgentAt === null) report('SIGTERM without asking first, for the end or for the stacks');
          if (dumped !== null && t !== dumped + DUMP_MS && t !== urgentAt) report(`SIGTERM ${t - dumped} ms after the stacks were asked for`);
          if (asked !== null && t !== asked + ASK_MS && t !== refused && t !== urgentAt) report(`SIGTERM ${t - asked} ms after the request`);
          termed = t;
        } else {
          if (termed === null) report('SIGKILL without SIGTERM');
          else if (killed === null && t !== termed + TERM_MS) report(`SIGKILL ${t - termed} ms after SIGTERM`);
          if (killed !== null && past.command === null) report('SIGKILL again, and nobody asked for it');
          killed = t;
        }
        return;
      case 'status': {
        if (line.state === 'healthy') proven = true;
        const ending = line.state === 'stopping' || ['starting.evicting', 'reconnecting.replacing'].includes(pathOf(line));
        if (ending && past.process === 'present.up') report(`${pathOf(line)}, but nothing is done about the process`);
        if (isUnkillable(line) && !isUnkillable(past.status)) {
          const evidence = (!over && killed !== null && t >= killed + KILL_MS) || (sweeping !== null && t >= sweeping + SWEEP_MS);
          if (!evidence) report('called unkillable before its time');
        }
        if (!ending && line.state !== 'fatal' && /present.(asking|dumping|terminating|killing|stuck)/.test(past.process)) report(`being ended while ${pathOf(line)}`);
        return;
      }
      default:
    }
  };
};

const isUnkillable = (status: { readonly state: string; readonly reason: string | null } | null): boolean =>
  status?.state === 'fatal' && status.reason === 'unkillable';

export const processRules: Readonly<Record<string, Rule>> = {
  '1 spawns alone': spawnsAlone,
  '2 late changes nothing': lateChangesNothing,
  '5 rests without process': restsWithoutProcess,
  '6 climbs the ladder': climbsTheLadder,
};
