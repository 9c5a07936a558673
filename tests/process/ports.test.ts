/** The port with real processes: taken by strangers, watched by decoys, used up. */
import { PORTS, puppetSpec, statesOf, supervise, type Bench } from '../support/supervise';
import { closeServers, reply, serve } from '../support/servers';

let bench: Bench;
afterEach(async () => {
  await bench.close();
  await closeServers();
});

const start = (...args: Parameters<typeof puppetSpec>): Bench => {
  bench = supervise(puppetSpec(...args));
  // All up to the spawn happens in this call, since the first start can not wait for the event loop.
  bench.supervisor.send('START');
  return bench;
};
/** Whoever it is: it answers all with 200. */
const stranger = async (port: number) => await serve((socket) => { socket.end(reply(200, '{"status":"ok","proof":"mine"}')); }, { port });

test('Scenario: Backend uses dynamic port allocation (macOS): the first free port is passed as an argument and kept for the page', async () => {
  await stranger(PORTS.from);
  start();
  const healthy = await bench.untilState('healthy');
  expect(healthy).toMatchObject({ port: PORTS.from + 1, url: `http://127.0.0.1:${PORTS.from + 1}`, crashes: 0, generation: 1 });
});

test('Scenario: Backend uses dynamic port allocation (macOS): a port taken between scan and bind is a move to the next, not a crash', async () => {
  start();
  const { port } = bench.supervisor.current();
  const thief = await stranger(port ?? 0);
  const healthy = await bench.untilState('healthy');
  expect(healthy).toMatchObject({ crashes: 0, crash: null, generation: 2 });
  expect(healthy.port).toBe((port ?? 0) + 1);
  expect(statesOf(bench)).toEqual(['idle', 'starting', 'healthy']);
  expect(thief.heads.join('')).not.toMatch(/authorization/i);
});

test('a stranger that answers 200 on our port is never healthy, and is never sent the token', async () => {
  start({ environment: { PUPPET_START: 'deaf' }, health: { startup: { intervalMs: 10, attempts: 40 } } });
  const thief = await stranger(bench.supervisor.current().port ?? 0);
  await bench.until(({ subState }) => subState === 'probing.slow');
  expect(thief.heads.length).toBeGreaterThan(5);
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(statesOf(bench)).toEqual(['idle', 'starting', 'stopping', 'stopped']);
  expect(thief.heads.filter((head) => /authorization|POST/i.test(head))).toEqual([]);
});

test('a decoy on ::1 is never contacted', async () => {
  const decoy = await serve((socket) => { socket.end(reply(200)); }, { port: PORTS.from, host: '::1' });
  start();
  expect(await bench.untilState('healthy')).toMatchObject({ port: PORTS.from });
  await bench.puppet('health?500');
  await bench.until(({ generation, state }) => generation === 2 && state === 'healthy');
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(decoy.sockets).toHaveLength(0);
});

test('Scenario: Port conflict error: all ports in use is said without a spawn, the scan is logged, and Retry works once one is free', async () => {
  const ports = { from: PORTS.to - 1, to: PORTS.to };
  await stranger(ports.from);
  start({ ports: { from: ports.from, to: ports.from } });
  const fatal = await bench.untilState('fatal');
  expect(fatal).toMatchObject({ reason: 'no-ports', text: 'Unable to start backend. No available ports.', generation: 0 });
  expect(bench.log.find(({ message }) => message === 'no free port')?.details).toMatchObject({ from: ports.from, taken: [ports.from] });
  bench.supervisor.send('RETRY');
  await bench.until(({ state, seq }) => state === 'fatal' && seq > fatal.seq);
  await closeServers();
  bench.supervisor.send('RETRY');
  expect(await bench.untilState('healthy')).toMatchObject({ port: ports.from, generation: 1 });
});

test('a port that is lost to a stranger while the backend is being restarted: the next one, and fatal only where none is left', async () => {
  const ports = { from: PORTS.to - 1, to: PORTS.to };
  start({ ports, restart: { delayMs: 300 } });
  const first = await bench.untilState('healthy');
  await bench.puppet('exit?1');
  await bench.untilState('backoff');
  await stranger(first.port ?? 0);
  const second = await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(second).toMatchObject({ port: (first.port ?? 0) + 1, crashes: 1 });
  await bench.puppet('exit?1');
  await bench.untilState('backoff');
  await stranger(second.port ?? 0);
  expect(await bench.untilState('fatal')).toMatchObject({ reason: 'no-ports', generation: 2, pid: null });
  await closeServers();
  bench.supervisor.send('RETRY');
  expect(await bench.untilState('healthy')).toMatchObject({ port: second.port, generation: 3, crashes: 0 });
});
