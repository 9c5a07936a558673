/** A word in passing is said once: in the page to those who look at it, by the system to others, in the page where the system fails. */
import type { EventEmitter } from 'node:events';
import { createNotify } from '../../main/notify';

interface Shown extends EventEmitter { readonly options: { readonly title: string; readonly body: string } }

jest.mock('../../main/ipc', () => ({ broadcast: jest.fn() }));
jest.mock('electron', () => {
  const { EventEmitter: Emitter } = jest.requireActual<typeof import('node:events')>('node:events');
  class Notification extends Emitter {
    static readonly shown: Notification[] = [];
    static isSupported = jest.fn(() => true);
    readonly options: object;
    constructor(options: object) {
      super();
      this.options = options;
    }
    show(): void { Notification.shown.push(this); }
  }
  return { app: { getName: () => 'PocketMusec' }, Notification };
}, { virtual: true });
const { Notification: system } = jest.requireMock<{ Notification: { shown: Shown[]; isSupported: jest.Mock } }>('electron');
const { broadcast } = jest.requireMock<{ broadcast: jest.Mock }>('../../main/ipc');

let isFocused: boolean;
const window = { isFocused: () => isFocused, show: jest.fn() };
const notify = createNotify(() => window as unknown as Electron.BrowserWindow);
const bodies = (): string[] => system.shown.map(({ options }) => options.body);

beforeEach(() => {
  isFocused = false;
  system.shown.length = 0;
  system.isSupported.mockReturnValue(true);
  broadcast.mockReset();
  window.show.mockReset();
});

test('somebody who looks at the window reads it there', () => {
  isFocused = true;
  notify.tell('Done');
  notify.tellOutside('Reconnecting...');
  expect(broadcast.mock.calls).toEqual([['notice', 'Done']]);
  expect(bodies()).toEqual([]);
});

test('somebody who does not is told by the system, and a click shows the window', () => {
  notify.tell('Done');
  notify.tellOutside('Reconnecting...');
  expect(bodies()).toEqual(['Done', 'Reconnecting...']);
  expect(system.shown[0]?.options.title).toBe('PocketMusec');
  expect(broadcast).not.toHaveBeenCalled();
  system.shown[0]?.emit('click');
  expect(window.show).toHaveBeenCalledTimes(1);
});

test('where the system fails (no session bus), the page shows it, unless it does so by itself', () => {
  notify.tell('Done');
  notify.tellOutside('Reconnecting...');
  for (const notification of system.shown) notification.emit('failed', {}, 'no bus');
  expect(broadcast.mock.calls).toEqual([['notice', 'Done']]);
});

test('where the system has no notifications, the page shows it', () => {
  system.isSupported.mockReturnValue(false);
  notify.tell('Done');
  expect(broadcast.mock.calls).toEqual([['notice', 'Done']]);
  expect(bodies()).toEqual([]);
});
