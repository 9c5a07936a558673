/** What `getApiUrl()` answers in each state of the backend: at once, later, or why not. */
import { createActor } from 'xstate';
import { answerFor, apiUrl } from '../../main/backend/apiUrl';
import { lifecycle } from '../../machines/lifecycle';
import { BACKEND_STATES, project } from '../../machines/status';
import type { BackendStatus } from '../../preload/contract';

const idle = project(createActor(lifecycle, { input: {} }).getSnapshot());
const URL_OF = 'http://127.0.0.1:8437';
const status = (state: BackendStatus['state'], changes: Partial<BackendStatus> = {}): BackendStatus => ({
  ...idle, seq: 0, at: 0, nextTryAt: null, state, url: ['healthy', 'unhealthy', 'reconnecting'].includes(state) ? URL_OF : null, ...changes,
});

function source(first: BackendStatus) {
  const listeners = new Set<(next: BackendStatus) => void>();
  let now = first;
  return {
    current: () => now,
    subscribe: (listener: (next: BackendStatus) => void) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    become: (next: BackendStatus) => {
      now = next;
      for (const listener of listeners) listener(next);
    },
    listeners,
  };
}

test('every state is answered as the decisions say', () => {
  expect(Object.fromEntries(BACKEND_STATES.map((state) => [state, answerFor(status(state, { reason: state === 'fatal' ? 'no-ports' : null, text: 'why' }))]))).toEqual({
    idle: null, starting: null, crashed: null, backoff: null,
    healthy: { url: URL_OF }, unhealthy: { url: URL_OF }, reconnecting: { url: URL_OF },
    stopping: { reason: 'stopping', message: 'The backend is not running.' },
    stopped: { reason: 'stopped', message: 'The backend is not running.' },
    fatal: { reason: 'no-ports', message: 'why' },
  });
});

test('Scenario: Renderer gets backend URL: at once where it is known', async () => {
  const backend = source(status('healthy'));
  expect(await apiUrl(backend)).toEqual({ url: URL_OF });
  expect(backend.listeners.size).toBe(0);
});

test('who asks early waits through a crash, and leaves no listener behind', async () => {
  const backend = source(status('idle'));
  const asked = apiUrl(backend);
  for (const state of ['starting', 'crashed', 'backoff', 'starting'] as const) backend.become(status(state));
  expect(backend.listeners.size).toBe(1);
  backend.become(status('healthy'));
  expect(await asked).toEqual({ url: URL_OF });
  expect(backend.listeners.size).toBe(0);
});

test('who waits for a backend that is not coming is told why', async () => {
  const backend = source(status('starting'));
  const asked = apiUrl(backend);
  backend.become(status('fatal', { reason: 'executable-missing', text: 'Backend executable missing. Please reinstall PocketMusec.' }));
  expect(await asked).toEqual({ reason: 'executable-missing', message: 'Backend executable missing. Please reinstall PocketMusec.' });
});
