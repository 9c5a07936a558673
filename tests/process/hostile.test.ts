/** Backends that make their own end hard: whatever they do, STOP ends in stopped, within the ladder, and nothing of them is left. */
import path from 'node:path';
import { checkBackendSpec, type BackendSpec } from '../../main/backend/spec';
import { descendantsOf, isAlive, markedWith, namedFor, type Alive } from '../support/processes';
import { PORTS, PYTHON, signals, supervise, type Bench } from '../support/supervise';

let bench: Bench | null = null;
const left: Alive[] = [];
afterEach(async () => {
  await bench?.close();
  bench = null;
  for (const one of left.splice(0)) if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
});

const MARK = `HOSTILE=${process.pid}`;
function hostileSpec(how: string): BackendSpec {
  const [name = '', value = ''] = MARK.split('=');
  return checkBackendSpec({
    name: 'Hostile', command: { development: [PYTHON, '-S', '-E', path.resolve(__dirname, '../fixtures/backends/hostile.py'), how, '{port}'] },
    environment: { [name]: value }, ports: PORTS, health: { path: '/', startup: { intervalMs: 20, attempts: 500 }, liveness: { intervalMs: 300, timeoutMs: 2_000 } },
    shutdown: { termMs: 300 }, restart: { delayMs: 50 },
  }, 'the test');
}
const start = (how: string, guard: boolean): Bench => {
  bench = supervise(hostileSpec(how), { guard });
  bench.supervisor.send('START');
  return bench;
};

test.each([
  ['closed-pipes', true, ['SIGTERM']],
  ['closed-pipes', false, ['SIGTERM']],
  ['forks-at-the-end', true, ['SIGTERM']],
  ['forks-at-the-end', false, ['SIGTERM']],
  ['forks-and-stays', true, ['SIGTERM', 'SIGKILL']],
  ['forks-and-stays', false, ['SIGTERM', 'SIGKILL']],
  ['twins', true, ['SIGTERM', 'SIGKILL']],
  ['twins', false, ['SIGTERM', 'SIGKILL']],
  ['zombies', true, ['SIGTERM']],
  ['zombies', false, ['SIGTERM']],
])('%s (under a guard: %s): healthy, crashed and back, stopped, and nothing is left', async (how, guard, expected) => {
  const running = start(how, guard);
  const first = await running.untilState('healthy');
  const victim = guard ? descendantsOf(first.pid ?? -1)[0] ?? -1 : first.pid ?? -1;
  process.kill(victim, 'SIGKILL');
  const second = await running.until(({ state, generation }) => state === 'healthy' && generation === 2);
  left.push(...[second.pid ?? -1, ...descendantsOf(second.pid ?? -1)].map(namedFor));
  running.supervisor.send('STOP');
  expect((await running.until(({ state }) => state === 'stopped' || state === 'fatal')).state).toBe('stopped');
  expect(signals(running)).toEqual(expected);
  expect(markedWith(MARK)).toEqual([]);
  expect(left.filter(isAlive)).toEqual([]);
}, 30_000);
