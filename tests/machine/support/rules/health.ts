/** Invariant 4 and the rhythm: healthy needs the proof, probes and attempts come when the requirements say, and each wait ends when it is over. */
import { pathOf, type Rule } from './rule';

/** States that end by themselves: after how long, where to, and which command may end them early. */
const TIMED: Readonly<Record<string, { readonly ms: number; readonly to: string; readonly early: readonly string[] }>> = {
  'healthy.resting': { ms: 30_000, to: 'healthy.checking', early: ['PROBE_NOW', 'RESUME'] },
  unhealthy: { ms: 1_000, to: 'reconnecting.attempting', early: ['RESUME'] },
  'reconnecting.pausing': { ms: 1_000, to: 'reconnecting.attempting', early: ['RESUME'] },
  'starting.probing.patient': { ms: 30_000, to: 'starting.probing.slow', early: [] },
  'starting.locating': { ms: 10_000, to: 'fatal', early: ['not-located'] },
  'starting.choosingPort': { ms: 10_000, to: 'fatal', early: ['no-ports'] },
};

const keepsTime: Rule = (report) => (line, past) => {
  const from = pathOf(past.status);
  const timed = TIMED[from];
  if (timed === undefined) return;
  const spent = line.t - past.since;
  if (spent > timed.ms) report(`${from} for ${spent} ms`);
  if (line.kind !== 'status' || spent >= timed.ms) return;
  if (pathOf(line) !== timed.to && line.state !== timed.to) return;
  const cause = past.told?.t === line.t ? (past.told.kind === 'command' ? past.told.command : past.told.kind) : 'nothing';
  if (!timed.early.includes(cause)) report(`${from} ended after ${spent} ms by ${cause}`);
};

/** 4. `healthy` needs a 200 with this generation's proof, told in this very step. */
const healthyByProof: Rule = (report) => (line, past) => {
  if (line.kind !== 'status' || past.status === null) return;
  const entered = (line.state === 'healthy' && past.status.state !== 'healthy') || (pathOf(line) === 'healthy.resting' && pathOf(past.status) === 'healthy.checking');
  const { told } = past;
  const proof = told?.kind === 'answer' && told.t === line.t && told.generation === line.generation && told.proof;
  if (entered && !proof) report(`healthy without a proof of generation ${line.generation}`);
  if (entered && past.process !== 'present.up') report(`healthy while the process is ${past.process}`);
};

/** An answer with proof counts, one without and none do not. */
const hearsAnswers: Rule = (report) => {
  let due: { readonly t: number; readonly from: string; readonly to: readonly string[] } | null = null;
  const expected = (from: string, proof: boolean): readonly string[] | null => {
    if (from === 'starting.probing.patient' || from === 'starting.probing.slow') return proof ? ['healthy.resting'] : null;
    if (from === 'healthy.checking') return proof ? ['healthy.resting'] : ['unhealthy'];
    if (from === 'reconnecting.attempting') return proof ? ['healthy.resting'] : ['reconnecting.pausing', 'reconnecting.replacing'];
    return null;
  };
  return (line, past) => {
    if (due !== null && line.kind === 'status') {
      if (!due.to.includes(pathOf(line))) report(`${due.from} became ${pathOf(line)} by an answer or a miss, not ${due.to.join(' or ')}`);
      due = null;
    } else if (due !== null && line.t > due.t) {
      report(`${due.from} did not hear an answer or a miss`);
      due = null;
    }
    if (line.kind !== 'answer' && line.kind !== 'miss') return;
    const from = pathOf(past.status);
    const to = expected(from, line.kind === 'answer' && line.proof);
    if (to !== null) due = { t: line.t, from, to };
  };
};

/** Three attempts after the miss, never fewer, never more; a RESUME begins them anew. */
const triesThreeTimes: Rule = (report) => (line, past) => {
  if (line.kind !== 'status' || past.status === null) return;
  const [from, to] = [pathOf(past.status), pathOf(line)];
  if (to === 'reconnecting.attempting') {
    const resumed = past.command?.command === 'RESUME';
    const expected = from === 'reconnecting.pausing' && !resumed ? past.status.attempt + 1 : from === 'reconnecting.attempting' && !resumed ? past.status.attempt : 1;
    if (line.attempt !== expected) report(`attempt ${line.attempt} instead of ${expected}`);
  }
  if (to === 'reconnecting.replacing' && from !== to && past.status.attempt !== 3) report(`replaced after ${past.status.attempt} attempts`);
  if (from === 'reconnecting.attempting' && to === 'reconnecting.pausing' && past.status.attempt >= 3) report('a fourth attempt is planned');
  if (line.state === 'healthy' && line.attempt !== 0) report(`attempt ${line.attempt} while healthy`);
};

/** One probe at a time, with the time-out of its kind; PROBE_NOW at most once a second, and then at once. */
const probesInTurn: Rule = (report) => {
  let lastAt = -Infinity;
  return (line, past) => {
    const { status } = past;
    if (line.kind === 'probe') {
      if (line.inFlight > 1) report(`${line.inFlight} probes at once`);
      const timeoutMs = status?.state === 'healthy' ? 5_000 : 2_000;
      if (line.timeoutMs !== timeoutMs) report(`a probe with ${line.timeoutMs} ms while ${pathOf(status)}`);
      if (line.generation !== status?.generation) report(`generation ${line.generation} was probed`);
    }
    if (line.kind === 'command-end' && past.command?.command === 'PROBE_NOW' && pathOf(past.command.before) === 'healthy.resting') {
      const probed = pathOf(status) === 'healthy.checking';
      const due = line.at - lastAt >= 1_000;
      if (probed !== due) report(`PROBE_NOW ${line.at - lastAt} ms after the last probe was ${probed ? 'heard' : 'ignored'}`);
      if (probed) lastAt = line.at;
    }
    if (line.kind === 'command-end' && past.command?.command === 'RESUME') {
      const before = pathOf(past.command.before);
      const wanted = { 'healthy.resting': 'healthy.checking', unhealthy: 'reconnecting.attempting', 'reconnecting.pausing': 'reconnecting.attempting' }[before];
      if (wanted !== undefined && pathOf(status) !== wanted) report(`RESUME in ${before} led to ${pathOf(status)}`);
    }
    if (line.kind === 'answer' || line.kind === 'miss') lastAt = line.at;
  };
};

/** A RESUME throws away the probe that spanned the sleep and begins a new one. */
const renewsProbes: Rule = (report) => {
  let probes = 0;
  let before = 0;
  return (line, past) => {
    if (line.kind === 'probe') probes += 1;
    if (line.kind === 'command') before = probes;
    if (line.kind !== 'command-end' || past.command?.command !== 'RESUME') return;
    const from = pathOf(past.command.before);
    if (['healthy.checking', 'reconnecting.attempting'].includes(from) && probes !== before + 1) report(`RESUME in ${from} began ${probes - before} probes`);
  };
};

export const healthRules: Readonly<Record<string, Rule>> = {
  '4 healthy by proof': healthyByProof,
  'keeps time': keepsTime,
  'hears answers': hearsAnswers,
  'tries three times': triesThreeTimes,
  'probes in turn': probesInTurn,
  'renews probes': renewsProbes,
};
