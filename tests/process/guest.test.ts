/** Servers that know nothing of us, supervised by a spec alone. */
import path from 'node:path';
import { isRunning, readStatSync } from '../../main/backend/procfs';
import { checkBackendSpec, type BackendSpec } from '../../main/backend/spec';
import { removeFolders, temporaryFolder } from '../support/folders';
import { closeServers, reply, serve } from '../support/servers';
import { PORTS, PYTHON, signals, supervise, type Bench } from '../support/supervise';

let bench: Bench;
afterEach(async () => {
  await bench.close();
  await closeServers();
  removeFolders();
});

/** Nothing but a command, and the requirements' waits ÷ 50; identity is the default, `port-owner`. */
const guestSpec = (...command: string[]): BackendSpec => checkBackendSpec({
  name: 'Guest',
  command: { development: command },
  workingFolder: { development: temporaryFolder() },
  ports: PORTS,
  health: {
    path: '/',
    startup: { intervalMs: 10, attempts: 3_000 }, liveness: { intervalMs: 200, timeoutMs: 200 }, reconnect: { intervalMs: 20, attempts: 3, timeoutMs: 100 },
  },
  shutdown: { termMs: 300 },
  restart: { delayMs: 40 },
}, 'the test');
const start = (spec: BackendSpec): Bench => {
  bench = supervise(spec);
  bench.supervisor.send('START');
  return bench;
};
const fileServer = (): BackendSpec => guestSpec(PYTHON, '-m', 'http.server', '--bind', '127.0.0.1', '{port}');
const prefork = (kind: string): BackendSpec => guestSpec(PYTHON, path.resolve(__dirname, '../fixtures/backends/prefork.py'), '{port}', kind);

test('a file server is started, watched, killed, hung, restarted and stopped', async () => {
  start(fileServer());
  const first = await bench.untilState('healthy');
  expect(first).toMatchObject({ generation: 1, port: PORTS.from });
  process.kill(first.pid ?? 0, 'SIGKILL');
  const second = await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(second.crash).toMatchObject({ signal: 'SIGKILL' });
  process.kill(second.pid ?? 0, 'SIGSTOP');
  const third = await bench.until(({ state, generation }) => state === 'healthy' && generation === 3);
  expect(third).toMatchObject({ crashes: 2, crash: { cause: expect.stringMatching(/^no answer to 3 health checks/) } });
  const ticks = readStatSync(third.pid ?? -1)?.startTicks ?? -1;
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  // It has no route to ask, so SIGTERM is first; the hung one needed SIGKILL before.
  expect(signals(bench)).toEqual(['SIGTERM', 'SIGKILL', 'SIGTERM']);
  expect(isRunning(third.pid ?? -1, ticks)).toBe(false);
});

test('a port that a stranger took meanwhile is a move to the next one, although the guest has no exit code to say so', async () => {
  start(fileServer());
  const { port } = bench.supervisor.current();
  await serve((socket) => { socket.end(reply(200)); }, { port: port ?? 0 });
  expect(await bench.untilState('healthy')).toMatchObject({ port: (port ?? 0) + 1, crashes: 0, generation: 2 });
});

test('a server whose forked worker holds the port owns it', async () => {
  start(prefork('wait'));
  expect(await bench.untilState('healthy')).toMatchObject({ generation: 1, crashes: 0 });
});

test('one that leaves a worker and goes away is a crash each time, not a taken port', async () => {
  start(prefork('daemon'));
  expect(await bench.untilState('fatal')).toMatchObject({ reason: 'crash-budget', generation: 3, port: PORTS.from });
});

test('identity "none" is said in the log', async () => {
  start(checkBackendSpec({ ...fileServer(), identity: 'none' }, 'the test'));
  await bench.untilState('healthy');
  expect(bench.log.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual(['identity "none": whoever answers on the port is taken for the backend']);
});
