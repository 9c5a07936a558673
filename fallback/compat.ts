/** Loaded before the app by Electron < 28 only: adds what newer ones have, so that the app is written for the current Electron alone. */
import { Blob } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import { Readable } from 'node:stream';
import * as streams from 'node:stream/web';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { app, net, protocol, safeStorage } from 'electron';

// One exit in some fifty never came: after `quit`, the last event, taking V8 down could spin for ever. Leave before that.
app.on('quit', (_event, exitCode) => { (process as unknown as { reallyExit: (code: number) => never }).reallyExit(exitCode); });

function define(target: object, entries: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(entries)) {
    if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
}

define(globalThis, {
  ...streams,
  Blob,
  crypto: webcrypto,
  DOMException: domException(),
  structuredClone: (value: unknown, options?: { transfer?: [] }): unknown => {
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(value, options?.transfer ?? []);
      return (receiveMessageOnPort(port2) as { message: unknown }).message;
    } finally {
      port1.close();
    }
  },
});

define(AbortSignal, {
  any: (signals: Iterable<AbortSignal>): AbortSignal => {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) {
        controller.abort(signal.reason);
        break;
      }
      signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true, signal: controller.signal });
    }
    return controller.signal;
  },
});

define(Promise, {
  withResolvers: () => {
    let resolve, reject;
    const promise = new Promise((...functions) => { [resolve, reject] = functions; });
    return { promise, resolve, reject };
  },
});
define(Array.prototype, {
  toSorted(this: unknown[], compare?: (a: unknown, b: unknown) => number) { return [...this].sort(compare); },
  toReversed(this: unknown[]) { return [...this].reverse(); },
  with(this: unknown[], index: number, value: unknown) {
    const copy = [...this];
    copy.splice(index, 1, value);
    return copy;
  },
});
define(Object, {
  groupBy: <T>(items: Iterable<T>, keyOf: (item: T, index: number) => PropertyKey): Record<PropertyKey, T[]> => {
    const groups = Object.create(null) as Record<PropertyKey, T[]>;
    let index = 0;
    for (const item of items) (groups[keyOf(item, index++)] ??= []).push(item);
    return groups;
  },
});
// It locks with a key store or not at all; newer ones must be asked which.
define(safeStorage, { getSelectedStorageBackend: () => 'unknown' });
define(URL, {
  canParse: (url: string, base?: string): boolean => {
    try {
      return new URL(url, base) instanceof URL;
    } catch {
      return false;
    }
  },
});

// Required when first used: undici takes 50 ms to load, which the spawn of the backend need not wait for, and it reads the globals above.
type Undici = typeof import('undici');
for (const name of ['fetch', 'Request', 'Response', 'Headers', 'FormData', 'File'] as const) {
  if (name in globalThis) continue;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get: () => {
      const { [name]: value } = require('undici') as Undici;
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      return value;
    },
  });
}
define(net, { fetch: async (...request: Parameters<typeof globalThis.fetch>) => await globalThis.fetch(...request) });

// Electron 25 brought protocol.handle; what it is made of here is deprecated there.
define(protocol, {
  handle: ((scheme, handler) => {
    protocol.registerStreamProtocol(scheme, (request, callback) => {
      const bytes = request.uploadData?.map((part) => part.bytes ?? Buffer.alloc(0)) ?? [];
      const incoming = new globalThis.Request(request.url, {
        method: request.method,
        headers: request.headers,
        ...(bytes.length > 0 && { body: Buffer.concat(bytes) }),
      });
      void answer(incoming).then(callback, () => callback({ error: ERR_FAILED }));
    });

    async function answer(incoming: Request): Promise<Electron.ProtocolResponse> {
      const response = await handler(incoming);
      return {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        data: Readable.from(response.body ?? []),
      };
    }
  }) satisfies Electron.Protocol['handle'],
  unhandle: ((scheme) => { protocol.unregisterProtocol(scheme); }) satisfies Electron.Protocol['unhandle'],
});

const ERR_FAILED = -2;

/** Node 16 has the class, without a global for it. */
function domException(): unknown {
  try {
    const { port1 } = new MessageChannel();
    port1.postMessage(port1, [port1]);
    return undefined;
  } catch (error) {
    return (error as object).constructor;
  }
}
