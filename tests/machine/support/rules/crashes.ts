/** Invariants 3, 9 and 10: one record a generation, three in five minutes, 2 s in between, nothing after fatal. */
import { pathOf, type Rule } from './rule';

const WINDOW_MS = 300_000;
const BUDGET = 3;
const WAIT_MS = 2_000;
const VERDICTS: Readonly<Record<number, string>> = { 65: 'database', 73: 'user-data', 78: 'configuration' };

/** 3. A crash is recorded once, with what was told, and nothing takes the record away. */
const recordsOnce: Rule = (report) => {
  let due: { readonly generation: number; readonly t: number } | null = null;
  let misses = 0;
  let resumed = false;
  let proven = false;
  return (line, past) => {
    const status = past.status;
    if (due !== null && line.t > due.t) {
      report(`the crash of generation ${due.generation} was not recorded`);
      due = null;
    }
    switch (line.kind) {
      case 'spawn': [misses, resumed, proven] = [0, false, false]; return;
      case 'answer': if (line.proof) [misses, resumed] = [0, false]; else misses += 1; return;
      case 'miss': misses += 1; return;
      case 'command': if (line.command === 'RESUME') resumed = true; return;
      case 'exit-told':
      case 'spawn-failed': {
        if (line.kind === 'spawn-failed' && line.permanent) return;
        const asked = ['stopping', 'fatal'].includes(status?.state ?? '') || pathOf(status) === 'starting.evicting';
        const moved = line.kind === 'exit-told' && line.portTaken && !proven && status?.state === 'starting';
        if (!asked && !moved) due = { generation: line.generation, t: line.t };
        return;
      }
      case 'status': {
        if (line.state === 'healthy') proven = true;
        const { crash } = line;
        if (due !== null) {
          if (crash?.generation !== due.generation) report(`the crash of generation ${due.generation} was not recorded`);
        } else if (crash !== null && crash.generation !== status?.crash?.generation) {
          const verdict = misses >= (resumed ? 3 : 4) && pathOf(line) === 'reconnecting.replacing';
          if (!verdict) report(`a crash of generation ${crash.generation} was recorded, but there was none`);
        }
        if (pathOf(line) === 'reconnecting.replacing' && crash?.generation !== line.generation) report('replaced, but no crash was recorded');
        if (status?.crash && (crash === null || crash.generation < status.crash.generation)) report('a crash record went away');
        if (status?.crash && crash?.generation === status.crash.generation && (crash.at !== status.crash.at || crash.code !== status.crash.code)) {
          report(`generation ${crash.generation} was recorded twice`);
        }
        if (crash !== null && crash !== status?.crash && crash.generation !== status?.crash?.generation && crash.at !== line.at) report('a crash record with another time than the exit');
        due = null;
        return;
      }
      default:
    }
  };
};

/** The count is of crashes in the last five minutes, the 300 000th millisecond included; only leaving fatal clears it. */
const countsTheWindow: Rule = (report) => {
  let window: number[] = [];
  return (line, past) => {
    if (line.kind !== 'status') return;
    const { crash } = line;
    if (crash !== null && crash.generation !== past.status?.crash?.generation) window = [...window, crash.at].filter((at) => crash.at - at <= WINDOW_MS);
    if (past.status?.state === 'fatal' && line.state !== 'fatal') window = [];
    if (line.crashes !== window.length) report(`${line.crashes} crashes count, says the status; ${window.length} do`);
  };
};

/** Two crashes are mended, the third is fatal; what a restart can't mend is fatal at once. */
const spendsTheBudget: Rule = (report) => {
  let verdict: string | null = null;
  return (line, past) => {
    if (line.kind === 'spawn') verdict = null;
    const { status } = past;
    if (line.kind === 'exit-told') {
      const asked = ['stopping', 'fatal'].includes(status?.state ?? '') || pathOf(status) === 'starting.evicting';
      if (!asked && line.code !== null) verdict = VERDICTS[line.code] ?? null;
    }
    if (line.kind !== 'status' || status === null) return;
    if (line.state === 'backoff' && status.state !== 'backoff') {
      if (line.crashes >= BUDGET) report(`a restart after ${line.crashes} crashes`);
      if (verdict !== null) report(`a restart after an exit that says ${verdict}`);
      if (status.state !== 'crashed') report(`from ${status.state} to backoff`);
    }
    if (line.state === 'fatal' && status.state !== 'fatal') {
      if (line.reason === 'crash-budget' && (line.crashes < BUDGET || status.state !== 'crashed')) report(`out of budget after ${line.crashes} crashes, from ${status.state}`);
      if (status.state === 'crashed' && line.reason !== 'unkillable' && line.reason !== (verdict ?? 'crash-budget')) report(`fatal for ${line.reason}, not ${verdict ?? 'crash-budget'}`);
      if (line.reason === null) report('fatal without a reason');
    }
    if (status.state === 'crashed' && line.state === 'starting' && (line.crashes >= BUDGET || verdict !== null)) report('RESTART mended what it can’t');
    if (status.subState === 'replacing' && line.state === 'starting' && line.crashes >= BUDGET) report('RESTART mended a spent budget');
    if (status.state === 'crashed' && past.told?.kind === 'group-empty' && past.told.t === line.t && line.state === 'crashed' && past.process === 'none') report('swept, but still crashed');
  };
};

/** 10. The wait is 2 s from the exit, or until the sweep is done, whichever is later. */
const waitsTwoSeconds: Rule = (report) => {
  let lostAt = 0;
  let due: number | null = null;
  let promised = 0;
  return (line, past) => {
    if (due !== null && line.t > due) {
      report('the wait before the restart is over, and nothing happens');
      due = null;
    }
    if (line.kind === 'exit-told' || line.kind === 'spawn-failed') lostAt = line.at;
    if (line.kind !== 'status') return;
    if (line.state === 'backoff' && past.status?.state !== 'backoff') {
      promised = Math.max(0, WAIT_MS - (line.at - lostAt));
      due = line.t + promised;
      if (line.nextTryInMs !== promised) report(`the next try is promised in ${line.nextTryInMs} ms, not ${promised}`);
    } else if (past.status?.state === 'backoff' && line.state !== 'backoff') {
      if (past.command === null && line.t !== due) report(`restarted after another wait than ${promised} ms`);
      due = null;
    }
  };
};

/** 9. After fatal nothing is spawned until RETRY, or STOP then START. */
const staysFatal: Rule = (report) => {
  let locked = false;
  let stopped = false;
  return (line, past) => {
    if (line.kind === 'status' && line.state === 'fatal') [locked, stopped] = [true, false];
    else if (line.kind === 'command' && locked) {
      if (line.command === 'STOP' || line.command === 'QUIT') stopped = true;
      if (line.command === 'RETRY' || (stopped && ['START', 'RESTART'].includes(line.command))) locked = false;
    } else if (line.kind === 'spawn' && locked) report('spawned after fatal');
    else if (line.kind === 'status' && locked && !stopped && past.status?.state === 'fatal') report(`left fatal for ${pathOf(line)} by itself`);
  };
};

export const crashRules: Readonly<Record<string, Rule>> = {
  '3 records once': recordsOnce,
  '3 counts the window': countsTheWindow,
  '3 spends the budget': spendsTheBudget,
  '9 stays fatal': staysFatal,
  '10 waits two seconds': waitsTwoSeconds,
};
