/** What the health request must be like, so that the runtime can tell a living backend from a dead one and from a stranger. */
import { randomBytes } from 'node:crypto';
import { expectedProof } from '../../../main/backend/health';
import type { Launched } from '../backend';
import { everybody, hold, withProof, type Clause, type Kit } from '../clause';

/** The runtime reads no more. */
const MAX_BYTES = 64 * 1024;
const PROBES = 20;
const SLOW_CLIENTS = 200;

async function probes({ spec }: Kit['target'], backend: Launched, count: number): Promise<string> {
  let slowest = 0;
  for (let probe = 0; probe < count; probe += 1) {
    const { status, tookMs } = await backend.ask(spec.health.path, { timeoutMs: spec.health.liveness.timeoutMs });
    hold(status === spec.health.status, `status ${status}`);
    slowest = Math.max(slowest, tookMs);
  }
  hold(slowest < spec.health.reconnect.timeoutMs, `${Math.round(slowest)} ms for the slowest of ${count}`);
  return `${slowest.toFixed(1)} ms for the slowest of ${count}`;
}

export const HEALTH: readonly Clause[] = [
  {
    says: ({ health }) => `answers the health request each time within ${health.reconnect.timeoutMs} ms, without a token, in at most 64 KiB and without a redirect`,
    spares: everybody,
    check: async ({ target, shared }) => {
      const backend = await shared();
      const { body } = await backend.ask(target.spec.health.path);
      hold(Buffer.byteLength(body) <= MAX_BYTES, `an answer of ${Buffer.byteLength(body)} bytes`);
      return `${Buffer.byteLength(body)} bytes; ${await probes(target, backend, PROBES)}`;
    },
  },
  {
    says: () => 'proves by each health answer that it is the process that was started: `proof`, the hex HMAC-SHA256 under the token of nonce|port|generation',
    spares: withProof,
    check: async ({ target, shared }) => {
      const backend = await shared();
      const nonces = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
      for (const nonce of nonces) {
        const url = new URL(target.spec.health.path, 'http://backend');
        url.searchParams.set('nonce', nonce);
        const { body } = await backend.ask(`${url.pathname}${url.search}`);
        const proof: unknown = proofIn(body);
        hold(proof === expectedProof(backend.generation, nonce), `for the nonce ${nonce} the proof was ${String(proof)}, in ${body.slice(0, 200)}`);
      }
      return 'right for two nonces';
    },
  },
  {
    says: () => 'sends no CORS headers, to whatever origin: the app sets them for its own page',
    spares: everybody,
    check: async ({ target, shared }) => {
      const backend = await shared();
      const { path } = target.spec.health;
      const answers = [
        await backend.ask(path), await backend.ask(path, { headers: { origin: 'https://else.where' } }), await backend.ask('/', { headers: { origin: 'app://bundle' } }),
        await backend.ask(path, { method: 'OPTIONS', trusted: true, headers: { 'origin': 'app://bundle', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } }),
      ];
      const sent = answers.flatMap(({ headers }) => Object.keys(headers)).filter((name) => name.startsWith('access-control-'));
      hold(sent.length === 0, `it sent ${[...new Set(sent)].join(', ')}`);
      return `none in ${answers.length} answers`;
    },
  },
  {
    says: () => `answers the health request while ${SLOW_CLIENTS} clients hold connections and say half a request`,
    spares: everybody,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      const sockets = await Promise.all(Array.from({ length: SLOW_CLIENTS }, async (_, index) =>
        await backend.saying(index % 2 === 0 ? 'GET / HTTP/1.1\r\nHost: ' : `POST / HTTP/1.1\r\nHost: 127.0.0.1:${backend.port}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`)));
      try {
        return await probes(target, backend, PROBES);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  },
  {
    says: () => 'outlives what is no HTTP, and a request head without end',
    spares: everybody,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      for (const text of ['\0\u0001\u0002 no request\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET / HTTP/1.1\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n']) {
        const socket = await backend.saying(text);
        socket.end().resume();
        if (!socket.closed) await new Promise((resolve) => { socket.once('close', resolve); });
      }
      return await probes(target, backend, 3);
    },
  },
];

function proofIn(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && 'proof' in json ? json.proof : undefined;
  } catch {
    return undefined;
  }
}
