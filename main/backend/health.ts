/** One health probe: a 200 alone proves nothing, so the answer must also come from the generation that we started. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EffectTools } from './effects';
import { membershipOf, type Generation } from './generations';
import { exchange, failureOf, type Answer } from './http';
import { ownsPort } from './procfs';

export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** What a backend with `identity: proof` must answer: hex HMAC-SHA256(token, `nonce|port|generation`). */
export function expectedProof(generation: Pick<Generation, 'token' | 'port' | 'mark'>, nonce: string): string {
  return createHmac('sha256', generation.token).update(`${nonce}|${generation.port}|${generation.mark}`).digest('hex');
}

function proofIn(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && 'proof' in json && typeof json.proof === 'string' ? json.proof : '';
  } catch {
    return '';
  }
}

function isProven(generation: Generation, nonce: string, body: string): boolean {
  const expected = Buffer.from(expectedProof(generation, nonce));
  const given = Buffer.from(proofIn(body));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function identify(tools: EffectTools, generation: Generation, nonce: string, answer: Answer): Promise<ProbeResult> {
  if (answer.status !== tools.spec.health.status) return { ok: false, why: `status ${answer.status}` };
  switch (tools.spec.identity) {
    case 'proof':
      return isProven(generation, nonce, answer.body) ? { ok: true } : { ok: false, why: 'an answer without the proof of this generation' };
    case 'port-owner':
      return generation.pid !== null && (await ownsPort(generation.port, membershipOf(generation)))
        ? { ok: true } : { ok: false, why: 'the port belongs to another program' };
    case 'none':
      return { ok: true };
  }
}

/** Begins a probe; `done` is called once unless the returned function was called first. */
export function probeHealth(tools: EffectTools, generation: Generation, timeoutMs: number, done: (result: ProbeResult) => void): () => void {
  const nonce = randomBytes(16).toString('hex');
  const url = new URL(`http://127.0.0.1:${generation.port}${tools.spec.health.path}`);
  if (tools.spec.identity === 'proof') url.searchParams.set('nonce', nonce);
  let left = false;
  const conclude = (result: ProbeResult): void => { if (!left) done(result); };
  const cancel = exchange(tools.clock, { url: url.href, method: 'GET', timeoutMs }, (answer) => {
    if (answer instanceof Error) {
      conclude({ ok: false, why: failureOf(answer) });
      return;
    }
    identify(tools, generation, nonce, answer).then(conclude, (error: unknown) => { conclude({ ok: false, why: String(error) }); });
  });
  return () => {
    left = true;
    cancel();
  };
}
