/** One exchange with the backend is bounded in time and size, follows nothing, keeps no connection, and is silent once it was left. */
import { createClock } from '../../main/backend/clock';
import { exchange, failureOf, type Answer } from '../../main/backend/http';
import { closed, closedPort, closeServers, reply, serve } from '../support/servers';

afterEach(closeServers);

const clock = createClock(() => {});
async function get(port: number, timeoutMs = 5_000): Promise<Answer | Error> {
  return await new Promise((resolve) => { exchange(clock, { url: `http://127.0.0.1:${port}/x`, method: 'GET', timeoutMs }, resolve); });
}

test('an answer has its status and its body', async () => {
  const { port } = await serve((socket) => { socket.end(reply(418, '{"a":"é"}')); });
  expect(await get(port)).toEqual({ status: 418, body: '{"a":"é"}' });
});

test('connections are not kept: the backend is told so, and each exchange has its own', async () => {
  const { port, heads, sockets } = await serve((socket) => { socket.write(reply(200, 'ok')); });
  await get(port);
  await get(port);
  expect(heads.map((head) => /^connection: (.*)$/im.exec(head)?.[1]?.trim())).toEqual(['close', 'close']);
  expect(sockets).toHaveLength(2);
  await Promise.all(sockets.map(closed));
});

test('a redirect is an answer, not a way to somewhere else', async () => {
  const other = await serve((socket) => { socket.end(reply(200)); });
  const { port } = await serve((socket) => { socket.end(reply(302, '', `Location: http://127.0.0.1:${other.port}/\r\n`)); });
  expect(await get(port)).toMatchObject({ status: 302 });
  expect(other.sockets).toHaveLength(0);
});

test('a failure is not tried again', async () => {
  const { port, heads } = await serve((socket) => { socket.end(reply(503)); });
  expect(await get(port)).toMatchObject({ status: 503 });
  expect(heads).toHaveLength(1);
});

test('a body without an end is cut off, and the connection with it', async () => {
  const { port, sockets } = await serve((socket) => {
    socket.write('HTTP/1.1 200 x\r\nContent-Length: 999999999\r\n\r\n');
    const pour = (): void => { while (!socket.destroyed && socket.write(Buffer.alloc(16_384))); };
    socket.on('drain', pour);
    pour();
  });
  const error = await get(port);
  expect(error).toMatchObject({ message: 'the answer is longer than 65536 bytes' });
  await Promise.all(sockets.map(closed));
});

test.each([
  ['says nothing', () => {}],
  ['dribbles', (write: (text: string) => void) => {
    write('HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n');
    const timer = setInterval(() => { write('x'); }, 5);
    timer.unref();
    timers.push(timer);
  }],
])('a server that %s is given up in time, and its connection closed', async (_name, behave) => {
  const { port, sockets } = await serve((socket) => { behave((text) => { if (socket.writable) socket.write(text); }); });
  expect(await get(port, 60)).toMatchObject({ message: 'no answer within 60 ms' });
  await Promise.all(sockets.map(closed));
});
const timers: NodeJS.Timeout[] = [];
afterEach(() => { for (const timer of timers.splice(0)) clearInterval(timer); });

test('who listens nowhere, and who hangs up, is named by the system', async () => {
  const refused = await get(await closedPort());
  expect(refused instanceof Error && failureOf(refused)).toBe('ECONNREFUSED');
  const { port, sockets } = await serve((socket) => { socket.resetAndDestroy(); });
  const reset = await get(port);
  expect(reset instanceof Error && failureOf(reset)).toBe('ECONNRESET');
  // And is not tried again.
  expect(sockets).toHaveLength(1);
});

test('after it was left nothing is said, whatever comes', async () => {
  const done = jest.fn();
  const { port, connected, sockets } = await serve(() => {});
  const leave = exchange(clock, { url: `http://127.0.0.1:${port}/x`, method: 'GET', timeoutMs: 5_000 }, done);
  await connected(1);
  leave();
  await Promise.all(sockets.map(closed));
  await new Promise(setImmediate);
  expect(done).not.toHaveBeenCalled();
});
