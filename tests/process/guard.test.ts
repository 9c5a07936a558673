/** The guard of guests: whatever they started goes with them and with the app, wherever it went. */
import { removeFolders } from '../support/folders';
import { childrenOf, descendantsOf, isAlive, namedFor, untilGone, type Alive } from '../support/processes';
import { startSupervisorApp } from '../support/supervisorApp';
import { puppetSpec, signals, supervise, type Bench } from '../support/supervise';

let bench: Bench | null = null;
const left: Alive[] = [];
afterEach(async () => {
  await bench?.close();
  bench = null;
  for (const one of left.splice(0)) if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
  removeFolders();
});

const start = (changes: Parameters<typeof puppetSpec>[0] = {}): Bench => {
  bench = supervise(puppetSpec(changes), { guard: true });
  bench.supervisor.send('START');
  return bench;
};
const child = async (kind: string): Promise<Alive> => {
  const alive = namedFor(Number(await bench?.puppet(`child?${kind}`)));
  expect(alive.startTicks).toBeGreaterThan(0);
  left.push(alive);
  return alive;
};

test('the guest is the guard’s child, proves itself, and ends as it would without', async () => {
  const running = start();
  const { pid } = await running.untilState('healthy');
  expect(childrenOf(pid ?? -1)).toHaveLength(1);
  await running.puppet('exit?7');
  expect((await running.untilState('crashed')).crash).toMatchObject({ code: 7, signal: null });
  await running.until(({ state, generation }) => state === 'healthy' && generation === 2);
  await running.puppet('signal?11');
  expect((await running.untilState('crashed')).crash).toMatchObject({ code: null, signal: 'SIGSEGV' });
});

test.each(['group', 'session', 'stranger', 'orphan'])('a descendant (%s) does not outlive a backend that stops, nor one that crashes', async (kind) => {
  const running = start();
  await running.untilState('healthy');
  const first = await child(kind);
  await running.puppet('exit?1');
  await running.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(isAlive(first)).toBe(false);
  const second = await child(kind);
  running.supervisor.send('STOP');
  await running.untilState('stopped');
  expect(isAlive(second)).toBe(false);
});

test('SIGKILL is told to the guard first, which ends all, also where it was stopped itself', async () => {
  const running = start();
  const { pid } = await running.untilState('healthy');
  const tree = [await child('stranger'), await child('orphan'), ...descendantsOf(pid ?? -1).map(namedFor)];
  for (const one of [pid ?? 0, ...childrenOf(pid ?? -1)]) process.kill(one, 'SIGSTOP');
  running.supervisor.send('STOP');
  await running.untilState('stopped');
  expect(signals(running)).toEqual(['SIGTERM', 'SIGKILL']);
  expect(tree.filter(isAlive)).toEqual([]);
});

test('a guard that was killed takes its guest along', async () => {
  const running = start();
  const { pid } = await running.untilState('healthy');
  const [guest] = childrenOf(pid ?? -1).map(namedFor);
  process.kill(pid ?? 0, 'SIGKILL');
  await running.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(guest && isAlive(guest)).toBe(false);
});

test.each(['runs', 'is stopped'])('nothing outlives the app killed by SIGKILL for more than 250 ms, while the backend %s', async (how) => {
  const { app, status, ended } = await startSupervisorApp(puppetSpec({ environment: { PUPPET_GUARD: 'none' } }));
  left.push(app);
  const strangers = await Promise.all(['stranger', 'orphan', 'session'].map(async (kind) =>
    Number(await (await fetch(`http://127.0.0.1:${status.port}/puppet/child?${kind}`)).text())));
  const tree = [...new Set([...descendantsOf(app.pid), ...strangers])].map(namedFor);
  left.push(...tree);
  expect(tree.filter(isAlive)).toHaveLength(5);
  if (how === 'is stopped') for (const pid of childrenOf(status.pid ?? -1)) process.kill(pid, 'SIGSTOP');
  process.kill(app.pid, 'SIGKILL');
  await ended;
  const ms = await untilGone(tree, 5_000);
  expect(ms).toBeLessThanOrEqual(250);
});
