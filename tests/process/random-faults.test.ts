/** Random lives with real processes: no rule broken, nobody left behind, no descriptor lost. FAULTS says how many, SEED which one. */
import { readdirSync } from 'node:fs';
import { live, STEPS, type Life } from './support/chaos';
import { judge, STATES, type Line, type StatusLine } from './support/history';
import { Random } from '../machine/support/random';
import { PORTS, puppetSpec, supervise } from '../support/supervise';

/** Lives are mostly waits, so that some beside one another fit on one core. */
const LANES = 4;
const PORTS_EACH = 12;
/** So many of them reach every state. */
const ENOUGH_LIVES = 15;

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
}
const seed = process.env['SEED'] === undefined ? null : numberFrom('SEED', 1);
const count = seed === null ? Math.ceil(numberFrom('FAULTS', 240) / STEPS) : 1;
const first = seed ?? numberFrom('FIRST_SEED', 1);
const descriptors = (): number => readdirSync('/proc/self/fd').length;
const portsOf = (lane: number): { from: number; to: number } => ({ from: PORTS.from + lane * PORTS_EACH, to: PORTS.from + (lane + 1) * PORTS_EACH - 1 });

function explain({ seed: of, broken, history }: Life): string {
  return [`Seed ${of}: ${broken.join('; ')}`, ...history.map((line) => JSON.stringify(line)), `The same steps again: npm run faults -- --seed ${of}`].join('\n');
}

test(`${count * STEPS} random commands and faults: the last wish is fulfilled, the invariants hold, nothing is left`, async () => {
  // What is opened once, by the first life, stays open.
  await live(0, 0, portsOf(0));
  const before = descriptors();
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const bad: string[] = [];
  const states = new Set<string>();
  await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    for (let next = seeds.shift(); next !== undefined; next = seeds.shift()) {
      const life = await live(next, lane, portsOf(lane));
      if (life.broken.length > 0) bad.push(explain(life));
      for (const line of life.history) if (line.kind === 'status') states.add(line.state);
    }
  }));
  expect(bad.join('\n\n')).toBe('');
  // Lives that stay on the straight path would prove nothing.
  if (count >= ENOUGH_LIVES) expect([...states].sort()).toEqual([...STATES].sort());
  // Sockets of probes close in their own time.
  for (const end = performance.now() + 5_000; descriptors() > before && performance.now() < end;) await new Promise((resolve) => { setTimeout(resolve, 20); });
  expect(descriptors()).toBeLessThanOrEqual(before);
}, 24 * 3_600_000);

test('20 commands at once, again and again: the last wish counts', async () => {
  const random = new Random(first);
  const bench = supervise(puppetSpec());
  for (let round = 0; round < 50; round += 1) {
    for (let index = 0; index < 19; index += 1) bench.supervisor.send(random.pick(['START', 'STOP', 'RESTART', 'RETRY', 'KEEP_WAITING', 'PROBE_NOW', 'RESUME']));
    const wish = round % 2 === 0 ? 'START' : 'STOP';
    bench.supervisor.send(wish);
    await bench.untilState(wish === 'START' ? 'healthy' : 'stopped');
  }
  await bench.close();
  expect(bench.log.filter(({ level }) => level === 'error')).toEqual([]);
  const spawned = bench.log.filter(({ message }) => message === 'backend spawned').length;
  expect(bench.log.filter(({ message }) => message === 'backend exited')).toHaveLength(spawned);
  expect(bench.supervisor.current()).toMatchObject({ state: 'stopped', crashes: 0 });
});

describe('the judge of random lives finds', () => {
  const status = (seq: number, state: string, more: Partial<StatusLine> = {}): StatusLine => ({
    kind: 'status', seq, state, subState: '', url: state === 'healthy' ? 'http://127.0.0.1:1' : null, generation: state === 'idle' ? 0 : 1,
    crashOf: null, crashAt: null, crashes: 0, reason: null, alive: [], ...more,
  });
  const spawned: Line = { kind: 'spawned', generation: 1, others: [] };
  const good: readonly Line[] = [
    status(0, 'idle'), { kind: 'command', command: 'START' }, status(1, 'starting', { generation: 0 }), spawned, status(2, 'healthy'),
    { kind: 'exited', generation: 1, code: 1 }, status(3, 'crashed', { crashOf: 1, crashAt: 5, crashes: 1 }), status(4, 'backoff', { crashOf: 1, crashAt: 5, crashes: 1 }),
    { kind: 'spawned', generation: 2, others: [] }, status(5, 'starting', { generation: 2, crashOf: 1, crashAt: 5, crashes: 1 }),
    { kind: 'command', command: 'STOP' }, { kind: 'signal', generation: 2, signal: 'SIGTERM' }, status(6, 'stopping', { generation: 2 }),
    { kind: 'signal', generation: 2, signal: 'SIGKILL' }, { kind: 'exited', generation: 2, code: null }, status(7, 'stopped', { generation: 2 }),
  ];
  const without = (index: number): Line[] => good.filter((_, at) => at !== index);
  const changed = (index: number, line: Partial<StatusLine> | Line): Line[] => good.map((old, at) => (at === index ? { ...old, ...line } as Line : old));

  test('nothing in a good one', () => { expect(judge(good)).toEqual([]); });
  test.each<[string, readonly Line[], RegExp]>([
    ['a status that is missing', without(7), /status 5 follows 3/],
    ['a state out of turn', changed(7, { state: 'healthy', url: 'x', alive: [] }), /healthy follows crashed/],
    ['an address that leads nowhere', changed(7, { url: 'x' }), /address in backoff/],
    ['a second generation beside the first', changed(8, { kind: 'spawned', generation: 2, others: [7] }), /spawned beside 7/],
    ['a generation before the end of the former', without(5), /before the exit of 1/],
    ['a SIGKILL without a SIGTERM', without(11), /SIGKILL after \[\]/],
    ['a second SIGTERM', changed(13, { kind: 'signal', generation: 2, signal: 'SIGTERM' }), /SIGTERM after \[SIGTERM\]/],
    ['a signal to one that is gone', changed(11, { kind: 'signal', generation: 1, signal: 'SIGTERM' }), /to generation 1/],
    ['a process in stopped', changed(15, { alive: [7] }), /stopped \(null\) with living processes 7/],
    ['a crash without a record', changed(6, { crashOf: null }), /no record/],
    ['a crash with two records', changed(7, { crashAt: 6 }), /two crash records/],
    ['a spawn in fatal', changed(7, { state: 'fatal', reason: 'executable-missing' }), /in fatal, and nobody wished it/],
    ['a budget spent too early', changed(7, { state: 'fatal', reason: 'crash-budget' }), /spent by 1 crashes/],
    ['an unkillable puppet', changed(15, { state: 'fatal', reason: 'unkillable' }), /unkillable/],
    ['an error in the log', [...good, { kind: 'error', message: 'x' }], /an error was logged/],
  ])('%s', (_name, history, sentence) => {
    expect(judge(history).join('\n')).toMatch(sentence);
  });
});
