/** Sends requests to the backend, and sends them again when nobody answered: what the teacher asked for survives a restart. */
import { abortReason } from '../store';
import type { Backend } from './backend';
import { ApiProblem, NetworkFailure, UnexpectedAnswer, isAbort } from './problem';
import { readEventStream, type StreamEvent } from './eventStream';
import { readDocument, readSearchAnswer, type LibraryDocument, type SearchAnswer } from './wire';

export type FetchLike = (url: string, init: RequestInit) => Promise<Pick<Response, 'status' | 'text' | 'arrayBuffer' | 'headers' | 'body'>>;
export type Answer = Awaited<ReturnType<FetchLike>>;

export interface SendHooks {
  readonly signal?: AbortSignal;
  /** Called when the request has to wait for the backend, and again before each time it is sent (1 the first time). */
  readonly onWaiting?: () => void;
  readonly onSend?: (nth: number) => void | Promise<void>;
}
export interface SearchQuery {
  readonly q: string;
  readonly grade: string;
  readonly strand: string;
  readonly kind: string;
  readonly limit: number;
  readonly offset: number;
}
export interface Client {
  readonly importDocument: (file: File, replace: boolean, hooks: SendHooks) => Promise<LibraryDocument>;
  readonly removeDocument: (id: string) => Promise<void>;
  readonly search: (query: SearchQuery, signal: AbortSignal) => Promise<SearchAnswer>;
  /** Any request, kept through restarts; the JSON of its answer, null where it has none. */
  readonly request: (path: string, init: RequestInit, hooks: SendHooks) => Promise<unknown>;
  /** Waits for the backend, then asks once: for answers that are no text. */
  readonly open: (path: string, init: RequestInit) => Promise<Answer>;
  /** The same, for an answer that comes in events. */
  readonly stream: (path: string, init: RequestInit, onEvent: (event: StreamEvent) => void) => Promise<void>;
}

const PAUSE_MS = 1000;
/** Without an answer for this long, the main process is asked to look. */
const PATIENCE_MS = 1000;
/** So often may it fail while the status says healthy before we say that it does. */
const TRIES_WHILE_HEALTHY = 5;

export function createClient(backend: Backend, fetchNow: FetchLike = (url, init) => fetch(url, init)): Client {
  async function send(path: string, init: RequestInit, hooks: SendHooks = {}): Promise<string> {
    const { signal } = hooks;
    for (let nth = 1, failures = 0; ; nth += 1) {
      if (!backend.usable()) hooks.onWaiting?.();
      const base = await backend.baseUrl(signal);
      await hooks.onSend?.(nth);
      try {
        return await once(base + path, signal ? { ...init, signal } : init);
      } catch (error) {
        if (signal?.aborted || isAbort(error) || isRefusal(error)) throw error;
        const { status } = backend.view.get();
        failures = status?.state === 'healthy' ? failures + 1 : 0;
        if (failures >= TRIES_WHILE_HEALTHY) throw new NetworkFailure(path, nth, error);
        backend.probe();
        hooks.onWaiting?.();
        await pause(backend, signal);
      }
    }
  }

  async function once(url: string, init: RequestInit): Promise<string> {
    const impatience = setTimeout(backend.probe, PATIENCE_MS);
    try {
      const response = await fetchNow(url, init);
      const body = await response.text();
      if (response.status >= 400) throw new ApiProblem(response.status, body);
      return body;
    } finally {
      clearTimeout(impatience);
    }
  }

  async function open(path: string, init: RequestInit): Promise<Answer> {
    const base = await backend.baseUrl(init.signal ?? undefined);
    const response = await fetchNow(base + path, init);
    if (response.status >= 400) throw new ApiProblem(response.status, await response.text());
    return response;
  }

  return {
    open,
    request: async (path, init, hooks) => {
      const body = await send(path, init, hooks);
      return body === '' ? null : parse(body);
    },
    stream: async (path, init, onEvent) => {
      const { body } = await open(path, init);
      if (body === null) throw new UnexpectedAnswer('an answer without a body');
      await readEventStream(body, onEvent);
    },
    importDocument: async (file, replace, hooks) => {
      const form = new FormData();
      form.append('file', file, file.name);
      return readDocument(parse(await send(`/api/documents?replace=${replace}`, { method: 'POST', body: form }, hooks)));
    },
    removeDocument: async (id) => {
      try {
        await send(`/api/documents/${encodeURIComponent(id)}`, { method: 'DELETE' });
      } catch (error) {
        // Gone already: that is what was wanted.
        if (!(error instanceof ApiProblem && error.status === 404)) throw error;
      }
    },
    search: async (query, signal) => {
      const params = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) if (value !== '') params.set(name, String(value));
      return readSearchAnswer(parse(await send(`/api/standards?${params.toString()}`, {}, { signal })));
    },
  };
}

/** 503 is a backend on its way out: the next one will answer. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status !== 503;
}

/** Ends early when a new status comes: the backend may just have come back. */
function pause(backend: Backend, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener('abort', aborted);
    };
    const done = (): void => {
      leave();
      resolve();
    };
    const aborted = (): void => {
      leave();
      reject(abortReason(signal));
    };
    const timer = setTimeout(done, PAUSE_MS);
    const unsubscribe = backend.view.subscribe(() => {
      if (backend.view.get().status?.state === 'healthy') done();
    });
    signal?.addEventListener('abort', aborted);
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new UnexpectedAnswer(`not JSON: ${body.slice(0, 80)}`, { cause: error });
  }
}
