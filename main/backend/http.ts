/** One bounded HTTP exchange with the backend: no retries, no redirects, no body beyond a limit, a deadline on our own clock. */
import type { KyInstance } from 'ky';
import type { Clock } from './clock';
import { errorCode } from './errorCode';

/** A health answer is a few hundred bytes; more is no health answer. */
const MAX_BODY_BYTES = 64 * 1024;

let client: Promise<KyInstance> | null = null;

/** Loads ky, and with it the web classes, which takes tens of milliseconds: after the spawn, so that the backend starts meanwhile. */
export async function loadClient(): Promise<KyInstance> {
  client ??= import('ky').then(({ default: ky }) => ky);
  return await client;
}

export interface Exchange {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

async function readBounded(response: Response): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Begins an exchange. `done` is called once, with an answer or an error, unless the returned function was called first. */
export function exchange(clock: Clock, { url, method, headers = {}, timeoutMs }: Exchange, done: (result: Answer | Error) => void): () => void {
  const controller = new AbortController();
  let over = false;
  const conclude = (result: Answer | Error): void => {
    if (over) return;
    over = true;
    clock.clearTimeout(timer);
    done(result);
  };
  const timer = clock.setTimeout(() => {
    conclude(new Error(`no answer within ${timeoutMs} ms`));
    controller.abort();
  }, timeoutMs);

  loadClient()
    .then(async (ky) => {
      const response = await ky(url, {
        // A connection that is kept would make a backend's graceful stop wait for us, and answer for a process that is gone.
        method, headers: { ...headers, connection: 'close' },
        signal: controller.signal, timeout: false, retry: 0, redirect: 'manual', throwHttpErrors: false,
      });
      const body = await readBounded(response);
      conclude({ status: response.status, body });
    })
    .catch((error: unknown) => { conclude(error instanceof Error ? error : new Error(String(error))); });

  return () => {
    over = true;
    clock.clearTimeout(timer);
    controller.abort();
  };
}

/** The system's code behind a failed fetch (`ECONNREFUSED`), or its message. */
export function failureOf(error: Error): string {
  for (let inner: unknown = error; typeof inner === 'object' && inner !== null; inner = 'cause' in inner ? inner.cause : null) {
    const code = errorCode(inner);
    if (code !== '') return code;
  }
  return error.message;
}
