/** Seeded random lives of the real supervisor: commands by people and faults of a real backend, in any order and at any pace. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { UserIntent } from '../../../main/backend/supervisor';
import type { BackendStatus } from '../../../preload/contract';
import { Random } from '../../machine/support/random';
import { childrenOf, isAlive, markedWith, namedFor, untilGone, type Alive } from '../../support/processes';
import { puppetSpec, supervise, type Bench, type LogLine } from '../../support/supervise';
import { judge, type Line } from './history';

/** So many commands and faults a life has. */
export const STEPS = 12;
/** The longest ladder here is under a second; the rest is for a computer that is busy. */
const SETTLED_WITHIN_MS = 10_000;
const SETTLED: ReadonlySet<string> = new Set(['idle', 'healthy', 'stopped', 'fatal']);
const ORPHANS_GONE_MS = 2_000;

type Step =
  | { readonly do: 'send'; readonly command: UserIntent }
  | { readonly do: 'puppet' | 'next start'; readonly what: string }
  | { readonly do: 'signal'; readonly signal: NodeJS.Signals };
type Pace = 'at once' | 'soon' | 'settled';

const send = (command: UserIntent): Step => ({ do: 'send', command });
const puppet = (what: string): Step => ({ do: 'puppet', what });

function stepOf(random: Random, guard: boolean): Step {
  return random.pick<() => Step>([
    () => send('START'), () => send('START'), () => send('STOP'), () => send('RESTART'), () => send('RETRY'), () => send('RETRY'),
    () => send(random.pick<UserIntent>(['KEEP_WAITING', 'PROBE_NOW', 'RESUME'])),
    () => puppet(`exit?${random.pick([0, 1, 7, 65, 98])}`),
    () => puppet(`signal?${random.pick([6, 9, 11, 15])}`),
    () => puppet(random.pick(['hang', 'health?500', 'health?200', 'proof?wrong', 'proof?right'])),
    () => puppet(`body?${random.pick(['huge', 'dribble', 'redirect', 'reset', 'half', 'whole'])}`),
    () => puppet(random.pick(['ask?ignore', 'ask?refuse', 'ask?die', 'ignore-term', 'ignore-term'])),
    () => puppet(`child?${random.pick(guard ? ['group', 'session', 'stranger', 'orphan'] : ['group', 'session'])}`),
    () => ({ do: 'signal', signal: random.pick<NodeJS.Signals>(['SIGSTOP', 'SIGSTOP', 'SIGCONT', 'SIGKILL']) }),
    () => ({ do: 'next start', what: random.pick(['exit-0', 'exit-1', 'exit-98', 'traceback', 'late', 'never-ready', 'wrong-proof', 'deaf']) }),
  ])();
}

export interface Life {
  readonly seed: number;
  readonly broken: readonly string[];
  readonly history: readonly Line[];
}

/** Lives through the steps of a seed; `lane` keeps lives beside one another apart. */
export async function live(seed: number, lane: number, ports: { readonly from: number; readonly to: number }): Promise<Life> {
  const random = Random.of(seed);
  const guard = random.chance(0.5);
  const steps = Array.from({ length: STEPS }, (): [Step, Pace] => [stepOf(random, guard), random.pick<Pace>(['at once', 'soon', 'settled'])]);
  const name = `${process.pid}-${lane}-${seed}`;
  const mark = `POCKETMUSEC_CHAOS=${name}`;
  const known: Alive[] = [];
  const history: Line[] = [];
  const broken: string[] = [];
  const alive = (): number[] => known.filter(isAlive).map(({ pid }) => pid);
  const onLog = (line: LogLine): void => { record(line, history, known, alive); };

  const bench = supervise(puppetSpec({
    environment: { PUPPET_START_FILE: '{userData}/next-start', POCKETMUSEC_CHAOS: name },
    ports,
    health: {
      startup: { intervalMs: 10, attempts: 40, timeoutMs: 2_000 }, liveness: { intervalMs: 100, timeoutMs: 100 }, reconnect: { intervalMs: 20, attempts: 3, timeoutMs: 40 },
    },
    shutdown: { path: '/api/shutdown', askMs: 200, termMs: 100, killMs: 3_000 },
  }), { guard, onLog });
  return await drive({ seed, steps, guard, mark, known, history, broken, alive, bench });
}

interface Scene {
  readonly seed: number;
  readonly steps: readonly [Step, Pace][];
  readonly guard: boolean;
  readonly mark: string;
  readonly known: Alive[];
  readonly history: Line[];
  readonly broken: string[];
  readonly alive: () => number[];
  readonly bench: Bench;
}

async function drive(scene: Scene): Promise<Life> {
  const { seed, steps, mark, known, history, broken, alive, bench } = scene;
  const seen = (status: BackendStatus): void => {
    const { seq, state, subState, url, generation, crash, crashes, reason } = status;
    history.push({
      kind: 'status', seq, state, subState: subState ?? '', url, generation, crashOf: crash?.generation ?? null, crashAt: crash?.at ?? null, crashes, reason, alive: alive(),
    });
  };
  seen(bench.supervisor.current());
  bench.supervisor.subscribe(seen);
  const command = (name: UserIntent): void => {
    history.push({ kind: 'command', command: name });
    bench.supervisor.send(name);
  };
  const within = async (what: string, test: (status: BackendStatus) => boolean, ms = SETTLED_WITHIN_MS): Promise<void> => {
    if (!(await reached(bench, test, ms))) broken.push(`${what}: still ${bench.supervisor.current().state} after ${ms} ms`);
  };
  const startFile = path.join(bench.userData, 'next-start');
  const answers: Promise<void>[] = [];

  command('START');
  for (const [step, pace] of steps) {
    history.push({ kind: 'step', step: `${JSON.stringify(step)} ${pace}` });
    const { seq } = bench.supervisor.current();
    if (step.do === 'send') command(step.command);
    if (step.do === 'puppet') answers.push(ask(scene, step.what));
    if (step.do === 'next start') writeFileSync(startFile, step.what);
    if (step.do === 'signal') signal(scene, step.signal);
    if (pace !== 'at once') await reached(bench, (status) => status.seq > seq, 150);
    if (pace === 'settled') await within('does not settle', ({ state, subState }) => SETTLED.has(state) || subState === 'probing.slow');
  }
  // The last wish counts, whatever was before.
  rmSync(startFile, { force: true });
  command('STOP');
  await within('STOP', ({ state }) => state === 'stopped');
  command('START');
  await within('START after all', ({ state }) => state === 'healthy');
  history.push({ kind: 'command', command: 'QUIT' });
  bench.supervisor.quit(false);
  await within('QUIT', ({ state }) => state === 'stopped');
  await bench.close();
  await Promise.all(answers);
  if ((await untilGone(known, ORPHANS_GONE_MS)) === null) broken.push(`orphans: ${alive().join()}`);
  const marked = markedWith(mark).map(namedFor);
  if ((await untilGone(marked, ORPHANS_GONE_MS)) === null) broken.push(`orphans by their mark: ${marked.filter(isAlive).map(({ pid }) => pid).join()}`);
  // So that a failure costs the next test nothing.
  for (const one of [...known, ...marked].filter(isAlive)) process.kill(one.pid, 'SIGKILL');
  known.length = 0;
  return { seed, broken: [...judge(history), ...broken], history };
}

function record({ level, message, details }: LogLine, history: Line[], known: Alive[], alive: () => number[]): void {
  const { generation, pid, code, signal: name } = details as { generation: number; pid: number; code: number | null; signal: string };
  if (level === 'error') history.push({ kind: 'error', message: `${message} ${JSON.stringify(details)}` });
  if (message === 'backend spawned') {
    history.push({ kind: 'spawned', generation, others: alive() });
    known.push(namedFor(pid));
  }
  if (message === 'backend exited') history.push({ kind: 'exited', generation, code });
  if (message === 'signal to the backend') history.push({ kind: 'signal', generation, signal: name });
}

/** Tells the puppet; what it answers may come when it is long gone, or never. */
async function ask({ bench, known }: Scene, what: string): Promise<void> {
  const answer = Number(await bench.puppet(what));
  if (what.startsWith('child?') && answer > 0) {
    const child = namedFor(answer);
    if (child.startTicks > 0) known.push(child);
  }
}

/** To the backend itself: under a guard it is the guard's child. */
function signal({ bench, guard }: Scene, name: NodeJS.Signals): void {
  const { pid } = bench.supervisor.current();
  const target = pid === null ? undefined : guard ? childrenOf(pid)[0] : pid;
  if (target === undefined) return;
  try {
    process.kill(target, name);
  } catch {
    // It has just ended.
  }
}

/** Whether a status, the current one included, passes the test in time. */
async function reached(bench: Bench, test: (status: BackendStatus) => boolean, withinMs: number): Promise<boolean> {
  if (test(bench.supervisor.current())) return true;
  return await new Promise((resolve) => {
    const end = (found: boolean): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(found);
    };
    const timer = setTimeout(() => { end(false); }, withinMs);
    const unsubscribe = bench.supervisor.subscribe((status) => { if (test(status)) end(true); });
  });
}
