/** Readiness: the poll of the requirements with one attempt in flight, one probe the moment the port opens, and silence afterwards. */
import { EventEmitter } from 'node:events';
import net from 'node:net';
import { createAwaitReady } from '../../main/backend/awaitReady';
import { expectedProof } from '../../main/backend/health';
import { makeTools, runEffect, type Running, type TestTools } from '../support/effects';
import { closed, closedPort, closeServers, reply, serve } from '../support/servers';

let running: Running | null = null;
afterEach(async () => {
  running?.leave();
  running = null;
  await closeServers();
});

function wait(port: number, startup: object): { running: Running; tools: TestTools; answer: (head: string) => string } {
  const tools = makeTools({ identity: 'proof', health: { startup } });
  const generation = tools.generations.begin(1, port);
  running = runEffect(createAwaitReady(tools), { generation: 1, port });
  const nonceIn = (head: string): string => /nonce=(\w+)/.exec(head)?.[1] ?? '';
  return { running, tools, answer: (head) => reply(200, JSON.stringify({ proof: expectedProof(generation, nonceIn(head)) })) };
}

test('the first answer with our proof is READY, once, and the polling ends', async () => {
  let answer = (_head: string): string => '';
  const { port, heads } = await serve((socket, head) => { socket.end(answer(head)); });
  const waiting = wait(port, { intervalMs: 20 });
  ({ answer } = waiting);
  expect(await waiting.running.first()).toMatchObject({ type: 'READY', generation: 1, proof: true });
  // The other one of poll and knock may have been on its way.
  expect(heads.length).toBeLessThanOrEqual(2);
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  expect(heads.length).toBeLessThanOrEqual(2);
  expect(waiting.running.facts).toHaveLength(1);
});

test('the port is knocked at, so that READY does not wait for the next poll', async () => {
  const port = await closedPort();
  const waiting = wait(port, { intervalMs: 60_000 });
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  await serve((socket, head) => { socket.end(waiting.answer(head)); }, { port });
  expect(await waiting.running.first()).toMatchObject({ type: 'READY' });
});

test('the probe of the knock may be held until the backend can answer, while polls give up', async () => {
  const held: { end: () => void }[] = [];
  const { port, connected } = await serve((socket, head) => { held.push({ end: () => { socket.end(waiting.answer(head)); } }); });
  const waiting = wait(port, { intervalMs: 30, timeoutMs: 20 });
  // Knock, its probe and the poll, then two further polls: the first has long been given up.
  await connected(5);
  for (const { end } of held.slice(0, 2)) end();
  expect(await waiting.running.first()).toMatchObject({ type: 'READY' });
});

test('the first poll comes after its interval: until then knocking finds out the same for less', async () => {
  const port = await closedPort();
  const fetched = jest.spyOn(globalThis, 'fetch');
  wait(port, { intervalMs: 60_000 });
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  expect(fetched).not.toHaveBeenCalled();
});

test('one poll at a time is in flight', async () => {
  const { port, sockets } = await serve(() => {});
  wait(port, { intervalMs: 10, timeoutMs: 60_000 });
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  // The knock itself, its probe, and one poll.
  expect(sockets).toHaveLength(3);
});

test('a 503 is polled again at the pace of the requirements, not faster', async () => {
  const { port, heads } = await serve((socket) => { socket.end(reply(503)); });
  const waiting = wait(port, { intervalMs: 60 });
  await new Promise((resolve) => { setTimeout(resolve, 330); });
  // Polls at 60, 120 … 300 and one probe of the knock.
  expect(heads.length).toBeGreaterThanOrEqual(4);
  expect(heads.length).toBeLessThanOrEqual(7);
  expect(waiting.running.facts).toEqual([]);
});

test('leaving ends all that is in flight', async () => {
  const { port, sockets, connected } = await serve(() => {});
  const waiting = wait(port, { intervalMs: 20, timeoutMs: 60_000 });
  // The knock itself, its probe, and one poll.
  await connected(3);
  waiting.running.leave();
  await Promise.all(sockets.map(closed));
  expect(waiting.running.facts).toEqual([]);
});

test('a refusal that was on its way when it was left knocks no more', () => {
  const socket = Object.assign(new EventEmitter(), { destroy: () => {} });
  const connect = jest.spyOn(net, 'connect').mockReturnValue(socket as unknown as net.Socket);
  const tools = makeTools({ identity: 'none', health: { startup: { intervalMs: 60_000 } } });
  const armed = jest.spyOn(tools.clock, 'setTimeout');
  tools.generations.begin(1, 1);
  const left = runEffect(createAwaitReady(tools), { generation: 1, port: 1 });
  expect(connect).toHaveBeenCalledTimes(1);
  left.leave();
  const count = armed.mock.calls.length;
  socket.emit('error', new Error('refused'));
  expect(armed).toHaveBeenCalledTimes(count);
  connect.mockRestore();
});

test('a generation that is gone is not waited for', () => {
  const connect = jest.spyOn(net, 'connect');
  running = runEffect(createAwaitReady(makeTools()), { generation: 3, port: 1 });
  expect(connect).not.toHaveBeenCalled();
  connect.mockRestore();
});
