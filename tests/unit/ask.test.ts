/** The shutdown request: who refuses gets SIGTERM at once, who agrees or leaves meanwhile gets none. */
import { createAsk } from '../../main/backend/ask';
import { makeTools, runEffect, type Running, type TestTools } from '../support/effects';
import { closedPort, closeServers, reply, serve } from '../support/servers';

afterEach(closeServers);

let running: Running | null = null;
afterEach(() => { running?.leave(); running = null; });

function ask(port: number, spec: Record<string, unknown> = {}): { running: Running; tools: TestTools } {
  const tools = makeTools({ identity: 'proof', shutdown: { path: '/api/shutdown' }, ...spec });
  tools.generations.begin(1, port);
  running = runEffect(createAsk(tools), { generation: 1, port });
  return { running, tools };
}

test('it is the route and the method of the spec, with the token of this generation', async () => {
  const { port, heads, connected } = await serve((socket) => { socket.end(reply(404)); });
  const { running: asking, tools } = ask(port, { shutdown: { path: '/stop', method: 'PUT' } });
  await connected(1);
  expect(await asking.first()).toEqual({ type: 'ASK_REFUSED', generation: 1 });
  expect(heads[0]).toMatch(/^PUT \/stop HTTP/);
  expect(heads[0]?.toLowerCase()).toContain(`authorization: bearer ${tools.generations.get(1)?.token}`);
});

test('a guest, which knows nothing of tokens, is sent none', async () => {
  const { port, heads } = await serve((socket) => { socket.end(reply(404)); });
  await ask(port, { identity: 'port-owner' }).running.first();
  expect(heads[0]?.toLowerCase()).not.toContain('authorization');
});

test.each([401, 404, 405, 500, 302])('status %i is a refusal', async (status) => {
  const { port } = await serve((socket) => { socket.end(reply(status)); });
  expect(await ask(port).running.first()).toEqual({ type: 'ASK_REFUSED', generation: 1 });
});

test('nobody there is a refusal at once', async () => {
  const started = performance.now();
  expect(await ask(await closedPort()).running.first()).toEqual({ type: 'ASK_REFUSED', generation: 1 });
  expect(performance.now() - started).toBeLessThan(200);
});

test('no route, and a generation that is gone, are refusals too', async () => {
  expect(await ask(1, { shutdown: {} }).running.first()).toEqual({ type: 'ASK_REFUSED', generation: 1 });
  const tools = makeTools({ shutdown: { path: '/stop' } });
  running = runEffect(createAsk(tools), { generation: 7, port: 1 });
  expect(await running.first()).toEqual({ type: 'ASK_REFUSED', generation: 7 });
});

test.each([200, 202, 204])('status %i is an agreement: its exit is waited for', async (status) => {
  const { port, sockets, connected } = await serve((socket) => { socket.end(reply(status)); });
  const { running: asking } = ask(port);
  await connected(1);
  await Promise.all(sockets.map(async (socket) => { await new Promise((resolve) => { socket.once('close', resolve); }); }));
  await new Promise(setImmediate);
  expect(asking.facts).toEqual([]);
});

test('a connection that breaks may be the backend leaving: its exit comes first, and nothing is refused', async () => {
  const { port, sockets, connected } = await serve((socket) => { socket.resetAndDestroy(); });
  const { running: asking, tools } = ask(port);
  await connected(1);
  await Promise.all(sockets.map(async (socket) => { if (!socket.closed) await new Promise((resolve) => { socket.once('close', resolve); }); }));
  asking.leave();
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  expect(asking.facts).toEqual([]);
  expect(tools.lines).toEqual([]);
});

test('one that breaks while the backend stays is a refusal after all', async () => {
  const { port } = await serve((socket) => { socket.resetAndDestroy(); });
  expect(await ask(port).running.first()).toEqual({ type: 'ASK_REFUSED', generation: 1 });
});
