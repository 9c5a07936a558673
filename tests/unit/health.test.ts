/** A 200 alone proves nothing: the answer must come from the generation that we started. */
import { expectedProof, probeHealth, type ProbeResult } from '../../main/backend/health';
import type { Generation } from '../../main/backend/generations';
import { readStatSync } from '../../main/backend/procfs';
import { SimulatedClock } from '../machine/support/clock';
import { makeTools } from '../support/effects';
import { closeServers, reply, serve } from '../support/servers';

afterEach(closeServers);

type Answer = (nonce: string, generation: Generation) => string;
/** Probes a server that answers as given; `heads` are the requests that it got. */
async function probe(answer: Answer, spec: Record<string, unknown> = { identity: 'proof' }): Promise<{ result: ProbeResult; heads: string[]; generation: Generation }> {
  const tools = makeTools(spec);
  const { port, heads } = await serve((socket, head) => { socket.end(answer(/nonce=(\w+)/.exec(head)?.[1] ?? '', generation)); });
  const generation = tools.generations.begin(1, port);
  const result = await new Promise<ProbeResult>((resolve) => { probeHealth(tools, generation, 5_000, resolve); });
  return { result, heads, generation };
}
const proven = (nonce: string, generation: Pick<Generation, 'token' | 'port' | 'mark'>): string =>
  JSON.stringify({ status: 'ok', proof: expectedProof(generation, nonce) });
const noProof = { ok: false, why: 'an answer without the proof of this generation' };

test('the proof is HMAC-SHA256 of nonce, port and generation under the token', () => {
  expect(expectedProof({ token: 'key', port: 8_000, mark: 'm-1' }, 'nonce')).toBe('414cd4f24adcbfa715207813697b3133cb41c9bc3d01899b960a71886406452d');
});

test('an answer with the proof is ours; the token itself is not sent', async () => {
  const { result, heads, generation } = await probe((nonce, own) => reply(200, proven(nonce, own)));
  expect(result).toEqual({ ok: true });
  expect(heads[0]).not.toContain(generation.token);
});

test('each probe asks with a new nonce, so that an old answer can not be used again', async () => {
  const nonces: string[] = [];
  const answer: Answer = (nonce, own) => {
    nonces.push(nonce);
    return reply(200, proven(nonces[0] ?? '', own));
  };
  await probe(answer);
  expect((await probe(answer)).result).toEqual(noProof);
  expect(nonces[0]).toMatch(/^\w{32}$/);
  expect(nonces[1]).not.toBe(nonces[0]);
});

test.each<[string, Answer]>([
  ['no proof', () => reply(200, '{"status":"ok"}')],
  ['no JSON', () => reply(200, 'ok')],
  ['nothing', () => reply(200)],
  ['null', () => reply(200, 'null')],
  ['a proof of another type', () => reply(200, '{"proof":{"length":64}}')],
  ['a proof of the right length', () => reply(200, JSON.stringify({ proof: 'a'.repeat(64) }))],
  ['the nonce itself', (nonce) => reply(200, JSON.stringify({ proof: nonce }))],
  ['the proof of another port', (nonce, own) => reply(200, proven(nonce, { ...own, port: own.port + 1 }))],
  ['the proof of another generation', (nonce, own) => reply(200, proven(nonce, { ...own, mark: 'old-1' }))],
  ['the proof of another token', (nonce, own) => reply(200, proven(nonce, { ...own, token: 'guess' }))],
])('a 200 with %s is somebody else’s', async (_name, answer) => {
  expect((await probe(answer)).result).toEqual(noProof);
});

test('the expected status counts, even with the proof', async () => {
  const answer: Answer = (nonce, own) => reply(503, proven(nonce, own));
  expect((await probe(answer)).result).toEqual({ ok: false, why: 'status 503' });
  expect((await probe(answer, { identity: 'proof', health: { status: 503 } })).result).toEqual({ ok: true });
});

test('the nonce joins what the path asks already', async () => {
  const { heads } = await probe(() => reply(200), { identity: 'proof', health: { path: '/up?full=1' } });
  expect(heads[0]).toMatch(/^GET \/up\?full=1&nonce=\w{32} HTTP/);
});

test('a guest is known by its port: not by an answer of somebody who sits on it', async () => {
  const { result, heads } = await probe(() => reply(200), { identity: 'port-owner' });
  expect(heads[0]).toMatch(/^GET \/health HTTP/);
  expect(result).toEqual({ ok: false, why: 'the port belongs to another program' });
});

test('a guest that owns its port is healthy', async () => {
  const tools = makeTools({ identity: 'port-owner' });
  const { port } = await serve((socket) => { socket.end(reply(200)); });
  const generation = tools.generations.begin(1, port);
  generation.pid = process.pid;
  generation.startTicks = readStatSync('self')?.startTicks ?? 0;
  expect(await new Promise((resolve) => { probeHealth(tools, generation, 5_000, resolve); })).toEqual({ ok: true });
});

test('identity "none" takes whoever answers', async () => {
  expect((await probe(() => reply(200), { identity: 'none' })).result).toEqual({ ok: true });
});

test.each([[4_900, 'passes'], [5_100, 'is a miss']])('an answer after %i ms of 5 s: %s', async (afterMs, verdict) => {
  const clock = new SimulatedClock();
  const armed = new Map<number, unknown>();
  const tools = {
    ...makeTools({ identity: 'none' }),
    clock: {
      now: clock.now,
      setTimeout: (run: () => void, delayMs: number) => armed.set(armed.size, clock.setTimeout(run, delayMs)).size - 1,
      clearTimeout: (id: number) => { clock.clearTimeout(armed.get(id)); },
    },
  };
  const result = await new Promise<ProbeResult>((resolve, reject) => {
    serve((socket) => {
      clock.advance(afterMs);
      socket.end(reply(200));
    }).then(({ port }) => probeHealth(tools, tools.generations.begin(1, port), 5_000, resolve)).catch(reject);
  });
  expect(result).toEqual(verdict === 'passes' ? { ok: true } : { ok: false, why: 'no answer within 5000 ms' });
});

test('a probe that was left says nothing', async () => {
  const tools = makeTools({ identity: 'none' });
  const { port, connected } = await serve((socket) => { socket.end(reply(200)); });
  const done = jest.fn();
  const leave = probeHealth(tools, tools.generations.begin(1, port), 5_000, done);
  await connected(1);
  leave();
  await new Promise((resolve) => { setTimeout(resolve, 30); });
  expect(done).not.toHaveBeenCalled();
});
