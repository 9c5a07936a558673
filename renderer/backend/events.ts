/** Keeps a WebSocket to the backend open while there is one, and opens it anew for each generation. */
import type { Backend } from './backend';
import { readEvent, type LibraryEvent } from './wire';

export type SocketLike = Pick<WebSocket, 'addEventListener' | 'close'>;

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 4000;

export function followEvents(
  backend: Backend,
  onEvent: (event: LibraryEvent) => void,
  open: (url: string) => SocketLike = (url) => new WebSocket(url),
): () => void {
  let socket: SocketLike | null = null;
  let connectedTo: string | null = null;
  let retryMs = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const disconnect = (): void => {
    clearTimeout(timer);
    const former = socket;
    socket = null;
    former?.close();
  };

  const connect = (url: string): void => {
    const opened = open(`${url.replace(/^http/, 'ws')}/api/events`);
    socket = opened;
    opened.addEventListener('message', ({ data }) => {
      // A late message of the former generation must not reach the library.
      if (socket !== opened) return;
      retryMs = FIRST_RETRY_MS;
      const event = typeof data === 'string' ? readEvent(data) : null;
      if (event !== null) onEvent(event);
    });
    opened.addEventListener('close', () => {
      if (socket !== opened) return;
      socket = null;
      backend.probe();
      timer = setTimeout(() => connect(url), retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    });
  };

  const follow = (): void => {
    const { status } = backend.view.get();
    const target = status?.url ?? null;
    const key = status === null || target === null ? null : `${target} ${status.generation}`;
    if (key === connectedTo) return;
    connectedTo = key;
    retryMs = FIRST_RETRY_MS;
    disconnect();
    if (target !== null) connect(target);
  };

  const unsubscribe = backend.view.subscribe(follow);
  follow();
  return () => {
    unsubscribe();
    disconnect();
  };
}
