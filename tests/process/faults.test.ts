/** Faults while it runs, with real processes: bad answers, a pause, an exit in the wrong moment, and what stays behind. */
import { readdirSync } from 'node:fs';
import { isRunning, readStatSync } from '../../main/backend/procfs';
import { puppetSpec, signals, supervise, type Bench } from '../support/supervise';

let bench: Bench;
afterEach(async () => { await bench.close(); });

const start = (...args: Parameters<typeof puppetSpec>): Bench => {
  bench = supervise(puppetSpec(...args));
  bench.supervisor.send('START');
  return bench;
};
const missed = ({ log }: Bench): unknown[] => log.filter(({ message }) => message === 'health probe missed').map(({ details }) => details['why']);
const descriptors = (): number => readdirSync('/proc/self/fd').length;
async function eventually(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end;) {
    if (holds()) return true;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  return holds();
}

test.each([
  ['redirect', 'status 302'], ['huge', 'the answer is longer than 65536 bytes'], ['dribble', 'no answer within 100 ms'],
  ['reset', 'ECONNRESET'], ['half', 'no answer within 100 ms'],
])('a health answer of the kind "%s" is a failed probe, bounded, and forgiven when it stops', async (kind, why) => {
  start();
  await bench.untilState('healthy');
  await bench.puppet(`body?${kind}`);
  await bench.untilState('unhealthy');
  await bench.puppet('body?whole');
  expect(await bench.untilState('healthy')).toMatchObject({ generation: 1, crashes: 0 });
  expect(missed(bench)[0]).toBe(why);
});

test('a paused process (SIGSTOP) that goes on in time (SIGCONT) recovers without a restart', async () => {
  start({ health: { startup: { intervalMs: 10 }, liveness: { intervalMs: 100, timeoutMs: 100 }, reconnect: { intervalMs: 200, attempts: 3, timeoutMs: 2_000 } } });
  const { pid } = await bench.untilState('healthy');
  process.kill(pid ?? 0, 'SIGSTOP');
  await bench.untilState('unhealthy');
  process.kill(pid ?? 0, 'SIGCONT');
  expect(await bench.untilState('healthy')).toMatchObject({ generation: 1, crashes: 0, pid });
  expect(signals(bench)).toEqual([]);
});

test('an exit during the shutdown request is the end that was asked for: no signal, no crash', async () => {
  start({ shutdown: { path: '/api/shutdown', askMs: 60_000, termMs: 60_000, killMs: 3_000 } });
  await bench.untilState('healthy');
  await bench.puppet('ask?die');
  bench.supervisor.send('STOP');
  expect(await bench.untilState('stopped')).toMatchObject({ crash: null });
  expect(signals(bench)).toEqual([]);
});

test('a STOP while its exit is being told sends no signal to a number that is free again', async () => {
  start();
  const { pid } = await bench.untilState('healthy');
  // Who holds its pipes delays the telling.
  const holder = Number(await bench.puppet('child?holder'));
  try {
    await bench.puppet('exit?1');
    while (readStatSync(pid ?? -1) !== null) await new Promise(setImmediate);
    expect(bench.supervisor.current().state).toBe('healthy');
    bench.supervisor.send('STOP');
    await bench.untilState('stopped');
    expect(signals(bench)).toEqual([]);
  } finally {
    process.kill(holder, 'SIGKILL');
  }
});

test('after an end nothing of the page’s requests would carry the token any more', async () => {
  start();
  const { port } = await bench.untilState('healthy');
  expect(bench.supervisor.access()).toEqual({ port, token: expect.stringMatching(/^\w{64}$/) });
  bench.supervisor.send('STOP');
  expect(bench.supervisor.access()).toBeNull();
  await bench.untilState('stopped');
  expect(bench.supervisor.access()).toBeNull();
});

test('20 restarts cost no descriptor', async () => {
  start();
  await bench.untilState('healthy');
  bench.supervisor.send('RESTART');
  await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  const before = descriptors();
  for (let generation = 3; generation <= 22; generation += 1) {
    bench.supervisor.send('RESTART');
    await bench.until((status) => status.state === 'healthy' && status.generation === generation);
  }
  // Sockets of probes close in their own time.
  expect(await eventually(() => descriptors() <= before, 2_000)).toBe(true);
});

test('a process that got away with our pipes costs descriptors for a short time only', async () => {
  start();
  await bench.untilState('healthy');
  const before = descriptors();
  const pid = Number(await bench.puppet('child?holder'));
  const ticks = readStatSync(pid)?.startTicks ?? -1;
  try {
    bench.supervisor.send('STOP');
    await bench.untilState('stopped');
    expect(isRunning(pid, ticks)).toBe(true);
    expect(await eventually(() => descriptors() <= before - 3, 5_000)).toBe(true);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
});
