/** The box follows the state: shown once for each question, closed when the state moves on, and each button does what it says. */
import { createActor } from 'xstate';
import { setupDialogs } from '../../main/dialogs/show';
import { lifecycle } from '../../machines/lifecycle';
import { project } from '../../machines/status';
import { FATAL, SLOW, type Choice } from '../../machines/troubles';
import type { BackendStatus, PortHolder } from '../../preload/contract';

jest.mock('electron', () => ({ dialog: { showMessageBox: jest.fn() } }), { virtual: true });
const { dialog } = jest.requireMock<{ dialog: { showMessageBox: jest.Mock<Promise<{ response: number }>, [options: Electron.MessageBoxOptions]> } }>('electron');

const idle = project(createActor(lifecycle, { input: {} }).getSnapshot());
let status: BackendStatus;
let listener: (next: BackendStatus) => void;
let done: string[];
let press: (choice: Choice | 'closed') => Promise<void>;
let holders: PortHolder[] | null;
let logs: () => void;

const settle = async (): Promise<void> => { await new Promise(setImmediate); };
const boxes = (): Electron.MessageBoxOptions[] => dialog.showMessageBox.mock.calls.map(([options]) => options);
const become = async (changes: Partial<BackendStatus>): Promise<void> => {
  status = { ...status, subState: '', help: null, choices: [], ...changes, seq: status.seq + 1 };
  listener(status);
  await settle();
};
const slow = async (): Promise<void> => { await become({ state: 'starting', subState: 'probing.slow', ...SLOW }); };
const fatal = async (reason: keyof typeof FATAL, changes: Partial<BackendStatus> = {}): Promise<void> => { await become({ state: 'fatal', reason, ...FATAL[reason], ...changes }); };

beforeEach(() => {
  status = { ...idle, seq: 0, at: 0, nextTryAt: null };
  done = [];
  holders = null;
  logs = () => { done.push('logs'); };
  // As Electron does it: an abort answers as if the box had been cancelled.
  dialog.showMessageBox.mockImplementation(async ({ buttons = [], signal, cancelId = 0 }) => await new Promise((resolve) => {
    const answer = (response: number): void => { resolve({ response }); };
    signal?.addEventListener('abort', () => { answer(cancelId); });
    press = async (choice) => {
      answer(choice === 'closed' ? cancelId : buttons.indexOf(choice));
      await settle();
    };
  }));
});
afterEach(() => { dialog.showMessageBox.mockReset(); });

function setup(): void {
  setupDialogs({
    supervisor: {
      send: (intent) => { done.push(intent); },
      current: () => status,
      subscribe: (listen) => {
        listener = listen;
        return () => {};
      },
    },
    debug: false, window: () => null, log: { info: () => {}, warn: () => {}, error: (message) => { done.push(message); } },
    showLogs: () => { logs(); },
    openDownloadPage: async () => { done.push('download page'); await Promise.resolve(); },
    findPortHolders: async () => await Promise.resolve(holders),
  });
}

test('what was wrong before there was a window is shown too', async () => {
  status = { ...status, state: 'fatal', reason: 'no-ports', ...FATAL['no-ports'] };
  setup();
  await settle();
  expect(boxes()).toMatchObject([{ type: 'error', message: 'Unable to start backend. No available ports.', buttons: ['Quit other applications', 'Retry'] }]);
});

test('it has no parent, and closes by itself when the state moves on', async () => {
  setup();
  await slow();
  expect(dialog.showMessageBox.mock.calls[0]).toHaveLength(1);
  await become({ state: 'healthy' });
  expect(boxes()[0]?.signal?.aborted).toBe(true);
  expect(boxes()).toHaveLength(1);
  expect(done).toEqual([]);
});

test('a status that asks the same is no second question; another trouble is', async () => {
  setup();
  await fatal('crash-budget');
  await fatal('crash-budget', { pid: 4711 });
  expect(boxes()).toHaveLength(1);
  await fatal('unkillable');
  expect(boxes().map(({ signal }) => signal?.aborted)).toEqual([true, false]);
});

test('a box that was closed is not shown again before the next trouble, and closing chooses nothing', async () => {
  setup();
  await slow();
  await press('closed');
  await slow();
  expect(boxes()).toHaveLength(1);
  expect(done).toEqual([]);
  await become({ state: 'starting', subState: 'probing.patient' });
  await slow();
  expect(boxes()).toHaveLength(2);
});

test.each<[Choice, () => Promise<void>, string]>([
  ['Keep Waiting', slow, 'KEEP_WAITING'],
  ['Restart', slow, 'RESTART'],
  ['Retry', async () => { await fatal('no-ports'); }, 'RETRY'],
  ['Download Installer', async () => { await fatal('executable-missing'); }, 'download page'],
])('"%s" does its one thing, and the box stays away', async (choice, trouble, effect) => {
  setup();
  await trouble();
  await press(choice);
  expect(done).toEqual([effect]);
  expect(boxes()).toHaveLength(1);
});

test.each<[Choice, () => Promise<void>]>([
  ['View Logs', slow],
  ['View Full Logs', async () => { await fatal('crash-budget'); }],
])('after "%s" the box is shown again at once', async (choice, trouble) => {
  setup();
  await trouble();
  await press(choice);
  expect(done).toEqual(['logs']);
  expect(boxes()).toHaveLength(2);
  expect(boxes()[1]?.detail).toBe(boxes()[0]?.detail);
});

test('logs that can not be shown do not take the box away', async () => {
  logs = () => { throw new Error('no window'); };
  setup();
  await slow();
  await press('View Logs');
  expect(done).toEqual(['a choice failed']);
  expect(boxes()).toHaveLength(2);
});

test('it is not shown again where the state moved on meanwhile', async () => {
  logs = () => { void become({ state: 'healthy' }); };
  setup();
  await slow();
  await press('View Logs');
  expect(boxes()).toHaveLength(1);
});

test('"Quit other applications" shows it again with who holds the ports, each time anew', async () => {
  setup();
  await fatal('no-ports');
  holders = [{ pid: 4711, name: 'python3', ports: '8000–9000' }];
  await press('Quit other applications');
  expect(boxes()[1]?.detail).toBe(`${boxes()[0]?.detail}\n\nThese applications use the ports:\npython3 (process 4711): 8000–9000`);
  holders = [];
  await press('Quit other applications');
  expect(boxes()[2]?.detail).toBe(`${boxes()[0]?.detail}\n\nThe ports are free now.`);
  await press('Retry');
  expect(done).toEqual(['RETRY']);
});
