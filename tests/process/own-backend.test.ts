/** Our own backend under the supervisor: it stands below a warden of its own, and is seen and ended as if there were none. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readBackendSpec, type BackendSpec } from '../../main/backend/spec';
import { removeFolders } from '../support/folders';
import { childrenOf, descendantsOf, isAlive, namedFor, untilGone, type Alive } from '../support/processes';
import { startSupervisorApp } from '../support/supervisorApp';
import { PORTS, PRODUCT_SPEC, signals, supervise, type Bench } from '../support/supervise';

let bench: Bench | null = null;
const left: Alive[] = [];
afterEach(async () => {
  await bench?.close();
  bench = null;
  for (const one of left.splice(0)) if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
  removeFolders();
});

/** A fixture that is our own backend with something added, or another command for it. */
type Program = string | BackendSpec['command'];
/** The product's own spec; only waits and ports are the test's. */
function ownSpec(program?: Program): BackendSpec {
  const spec = readBackendSpec(PRODUCT_SPEC);
  return {
    ...spec,
    ports: PORTS,
    ...(program !== undefined && { command: typeof program === 'string' ? { development: ['{python}', path.resolve(__dirname, '../fixtures/backends', program)] } : program }),
    environment: { ...spec.environment, PYTHONPATH: path.dirname(PRODUCT_SPEC) },
    health: { ...spec.health, liveness: { intervalMs: 200, timeoutMs: 1_000 }, reconnect: { intervalMs: 20, attempts: 3, timeoutMs: 100 } },
    shutdown: { ...spec.shutdown, askMs: 3_000, termMs: 500 },
    restart: { ...spec.restart, delayMs: 40 },
  };
}
const start = (program?: Program): Bench => {
  bench = supervise(ownSpec(program), { guard: true });
  bench.supervisor.send('START');
  return bench;
};
/** The backend below the warden, which is what was spawned. Orphans come to the warden too, after its own child. */
const backendOf = (pid: number | null): number => childrenOf(pid ?? -1)[0] ?? -1;

test('the pid in the status is the warden’s; the backend answers, crashes by signals that are named, and is asked to stop', async () => {
  const { untilState, until, supervisor, ...running } = start();
  const first = await untilState('healthy');
  const health = await (await fetch(`${first.url}/health`)).json() as { pid: number };
  expect(health.pid).toBe(backendOf(first.pid));
  // 9 is what the system sends when memory runs out: to the larger of the two.
  for (const [generation, signal] of [[1, 'SIGSEGV'], [2, 'SIGKILL']] as const) {
    const { pid } = await until((status) => status.state === 'healthy' && status.generation === generation);
    process.kill(backendOf(pid), signal);
    expect((await untilState('crashed')).crash).toMatchObject({ signal, code: null, generation });
  }
  const third = await until(({ state, generation }) => state === 'healthy' && generation === 3);
  const tree = [third.pid ?? -1, backendOf(third.pid)].map(namedFor);
  supervisor.send('STOP');
  await untilState('stopped');
  expect(tree.filter(isAlive)).toEqual([]);
  expect(running.log.findLast(({ message }) => message === 'backend exited')?.details).toMatchObject({ code: 0, signal: null });
  expect(running.log.filter(({ message }) => message === 'signal to the backend')).toEqual([]);
}, 30_000);

test.each(['the backend', 'its warden with it'])('SIGKILL is reached, and takes all along, where %s is stopped', async (who) => {
  const running = start('own-with-descendants.py');
  const { pid } = await running.untilState('healthy');
  const backend = backendOf(pid);
  const tree = [...running.output.map(Number), ...descendantsOf(pid ?? -1), pid ?? -1].map(namedFor);
  left.push(...tree);
  for (const one of who === 'the backend' ? [backend] : [backend, pid ?? -1]) process.kill(one, 'SIGSTOP');
  // No request is waited for that can't be answered: the ladder begins at SIGTERM, as when the system shuts down.
  running.supervisor.quit(true);
  await running.untilState('stopped');
  expect(signals(running)).toEqual(['SIGTERM', 'SIGKILL']);
  expect(tree.filter(isAlive)).toEqual([]);
}, 30_000);

test('one whose event loop hangs tells its stacks to its log before it is ended', async () => {
  const running = start({ development: ['{python}', '-m', 'tests.slow_backend'] });
  const { url } = await running.untilState('healthy');
  const authorization = `Bearer ${running.supervisor.access()?.token}`;
  void fetch(`${url}/hang?s=60`, { headers: { authorization } }).catch(() => {});
  await running.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(readFileSync(path.join(running.userData, 'logs/backend.log'), 'utf8')).toMatch(/most recent call first\):\n.*slow_backend\.py", line \d+ in hang/);
  const steps = running.log.filter(({ message }) => message === 'asking the backend for its stacks' || message === 'signal to the backend');
  expect(steps.map(({ details }) => details['signal'])).toEqual(['SIGUSR1', 'SIGTERM', 'SIGKILL']);
}, 30_000);

test.each(['stops', 'crashes'])('descendants that left session, environment and parent go when the backend %s', async (how) => {
  const running = start('own-with-descendants.py');
  const { pid } = await running.untilState('healthy');
  const descendants = running.output.map((line) => namedFor(Number(line)));
  left.push(...descendants);
  expect(descendants.filter(isAlive)).toHaveLength(3);
  if (how === 'stops') running.supervisor.send('STOP');
  else process.kill(backendOf(pid), 'SIGKILL');
  await running.untilState(how === 'stops' ? 'stopped' : 'backoff');
  expect(descendants.filter(isAlive)).toEqual([]);
}, 30_000);

test.each([
  ['runs', (): number[] => []],
  ['is stopped', (pid: number): number[] => [backendOf(pid)]],
  ['is stopped with its warden', (pid: number): number[] => [pid, backendOf(pid)]],
])('nothing of our own backend outlives the app killed by SIGKILL for more than 250 ms, while it %s', async (_how, stopped) => {
  const { app, status, output, ended } = await startSupervisorApp(ownSpec('own-with-descendants.py'));
  const tree = [...new Set([...descendantsOf(app.pid), ...output.map(Number)])].map(namedFor);
  left.push(app, ...tree);
  // The warden, the backend and its three.
  expect(tree.filter(isAlive)).toHaveLength(5);
  for (const pid of stopped(status.pid ?? -1)) process.kill(pid, 'SIGSTOP');
  process.kill(app.pid, 'SIGKILL');
  await ended;
  expect(await untilGone(tree, 5_000)).toBeLessThanOrEqual(250);
}, 30_000);
