/** Small TCP servers for tests: they answer as told, count what reaches them, and are closed after each test. */
import net from 'node:net';

export interface Served {
  readonly port: number;
  /** The head of each request. */
  readonly heads: string[];
  readonly sockets: net.Socket[];
  /** Resolves when so many connections were made. */
  readonly connected: (count: number) => Promise<void>;
}

const open: (() => Promise<void>)[] = [];

export async function serve(
  answer: (socket: net.Socket, head: string) => void, { port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {},
): Promise<Served> {
  const sockets: net.Socket[] = [];
  const heads: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    for (const { count, resolve } of waiting) if (sockets.length >= count) resolve();
    socket.on('error', () => {});
    let data = '';
    socket.on('data', (chunk) => {
      data += chunk.toString('latin1');
      if (!data.includes('\r\n\r\n')) return;
      heads.push(data);
      answer(socket, data);
      data = '';
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    heads, sockets,
    connected: async (count) => { if (sockets.length < count) await new Promise<void>((resolve) => { waiting.push({ count, resolve }); }); },
  };
}

export async function closeServers(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

/** A whole answer. */
export const reply = (status: number, body = '', headers = ''): string =>
  `HTTP/1.1 ${status} x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const { port } = await serve(() => {});
  await open.pop()?.();
  return port;
}

/** Resolves when the connection is gone, by whatever way. */
export async function closed(socket: net.Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); });
}
