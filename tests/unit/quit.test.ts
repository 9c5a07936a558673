/** Every way out of the app is held until the backend is gone, and none of them can be held for ever. */
import type { EventEmitter } from 'node:events';
import { setupQuit, type Quit } from '../../main/quit';
import type { Supervisor } from '../../main/backend/supervisor';
import type { BackendStatus } from '../../preload/contract';

jest.mock('electron', () => {
  const { EventEmitter: Emitter } = jest.requireActual<typeof import('node:events')>('node:events');
  const app = Object.assign(new Emitter(), { whenReady: async () => { await Promise.resolve(); }, quit: jest.fn(), exit: jest.fn() });
  return { app, powerMonitor: new Emitter() };
}, { virtual: true });
const { app, powerMonitor } = jest.requireMock<{
  app: EventEmitter & { quit: jest.Mock; exit: jest.Mock }; powerMonitor: EventEmitter;
}>('electron');

const PROCESS_EVENTS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const;
let before: Map<string, Set<unknown>>;
let listeners: Set<(status: BackendStatus) => void>;
let state: BackendStatus['state'];
let sent: unknown[];
let cleanUp: jest.Mock;
let errors: string[];
let quit: Quit;

beforeEach(async () => {
  before = new Map(PROCESS_EVENTS.map((name) => [name, new Set<unknown>(process.listeners(name as 'SIGINT'))]));
  listeners = new Set();
  state = 'healthy';
  sent = [];
  errors = [];
  cleanUp = jest.fn();
  app.quit.mockImplementation(() => { app.emit('before-quit', beforeQuit()); });
  const current = (): BackendStatus => ({ state }) as BackendStatus;
  const supervisor: Supervisor = {
    send: (intent) => { sent.push(intent); },
    quit: (urgent) => { sent.push({ urgent }); },
    current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    access: () => null,
  };
  quit = setupQuit(supervisor, { info: () => {}, warn: () => {}, error: (message) => { errors.push(message); } }, cleanUp);
  await new Promise(setImmediate);
});
afterEach(() => {
  app.removeAllListeners();
  powerMonitor.removeAllListeners();
  jest.resetAllMocks();
  for (const name of PROCESS_EVENTS) {
    for (const listener of process.listeners(name as 'SIGINT')) if (before.get(name)?.has(listener) !== true) process.removeListener(name, listener);
  }
});

let held = 0;
const beforeQuit = (): { preventDefault: () => void } => {
  held = 0;
  return { preventDefault: () => { held += 1; } };
};
const become = async (next: BackendStatus['state']): Promise<void> => {
  state = next;
  for (const listener of listeners) listener({ state } as BackendStatus);
  await cleanedUp();
};
/** What is tidied up may take its time: the app ends in a later turn. */
const cleanedUp = async (): Promise<void> => { await new Promise(setImmediate); };

test('quitting is held, the ladder runs once, and the app ends when the backend is gone', async () => {
  app.emit('before-quit', beforeQuit());
  expect([held, sent]).toEqual([1, [{ urgent: false }]]);
  await become('stopping');
  expect(cleanUp).not.toHaveBeenCalled();
  await become('stopped');
  expect(cleanUp).toHaveBeenCalledTimes(1);
  expect(app.quit).toHaveBeenCalledTimes(1);
  expect(held).toBe(0);
});

test.each(['stopped', 'fatal'] as const)('with a backend in %s there is nothing to wait for', async (already) => {
  state = already;
  app.emit('before-quit', beforeQuit());
  await cleanedUp();
  expect(cleanUp).toHaveBeenCalledTimes(1);
  expect(app.quit).toHaveBeenCalledTimes(1);
});

test('a backend that can not be killed does not keep the app', async () => {
  app.emit('before-quit', beforeQuit());
  await become('fatal');
  expect(app.quit).toHaveBeenCalledTimes(1);
});

test('an exit code ends the app with it', async () => {
  quit.quit(3);
  await become('stopped');
  expect(app.exit).toHaveBeenCalledWith(3);
  expect(app.quit).not.toHaveBeenCalled();
});

test('a clean-up that fails does not keep the app', async () => {
  cleanUp.mockImplementation(() => { throw new Error('EBUSY'); });
  app.emit('before-quit', beforeQuit());
  await become('stopped');
  expect(app.quit).toHaveBeenCalledTimes(1);
  expect(errors).toEqual(['the clean-up failed']);
});

test('the app ends when the clean-up is done, and only then; meanwhile every quit is held', async () => {
  let finish = (): void => {};
  cleanUp.mockImplementation(async () => await new Promise<void>((resolve) => { finish = resolve; }));
  app.emit('before-quit', beforeQuit());
  await become('stopped');
  expect(app.quit).not.toHaveBeenCalled();
  app.emit('before-quit', beforeQuit());
  expect(held).toBe(1);
  finish();
  await cleanedUp();
  expect(cleanUp).toHaveBeenCalledTimes(1);
  expect(app.quit).toHaveBeenCalledTimes(1);
  expect(held).toBe(0);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is a quit', (signal) => {
  process.emit(signal);
  expect([held, sent]).toEqual([1, [{ urgent: false }]]);
});

test('an uncaught exception stops the backend, then ends the app with 1', async () => {
  for (const listener of process.listeners('uncaughtException')) {
    if (before.get('uncaughtException')?.has(listener) !== true) listener(new Error('boom'), 'uncaughtException');
  }
  expect(sent).toEqual([{ urgent: false }]);
  await become('stopped');
  expect(app.exit).toHaveBeenCalledWith(1);
});

test('the system’s shutdown is delayed, and hurries', () => {
  powerMonitor.emit('shutdown', beforeQuit());
  expect([held, sent]).toEqual([1, [{ urgent: true }]]);
});

test('waking is told to the machine', () => {
  powerMonitor.emit('resume');
  expect(sent).toEqual(['RESUME']);
});

test('without windows the app quits, but on macOS', () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform');
  try {
    Object.defineProperty(process, 'platform', { value: 'darwin', configurable: true });
    app.emit('window-all-closed');
    expect(app.quit).not.toHaveBeenCalled();
  } finally {
    if (platform) Object.defineProperty(process, 'platform', platform);
  }
  app.emit('window-all-closed');
  expect(app.quit).toHaveBeenCalledTimes(1);
});
