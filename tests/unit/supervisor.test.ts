/** The supervisor's own part, without a process: who hears of a status, and in which order. */
import { checkBackendSpec } from '../../main/backend/spec';
import { createSupervisor, type Supervisor } from '../../main/backend/supervisor';
import type { BackendStatus } from '../../preload/contract';

let errors: string[];
let supervisor: Supervisor;
beforeEach(() => {
  errors = [];
  supervisor = createSupervisor({
    spec: checkBackendSpec({ name: 'Missing', command: { development: ['/no/such/backend'] } }, 'the test'),
    packaged: false, placeholders: { python: '', resources: '/', app: '/', userData: '/no/such/folder' }, onOutput: () => null,
    log: { info: () => {}, warn: () => {}, error: (message) => { errors.push(message); } },
  });
});

test('a listener that throws keeps no other from hearing', () => {
  const heard: string[] = [];
  supervisor.subscribe(() => { throw new Error('the window is gone'); });
  supervisor.subscribe(({ state }) => { heard.push(state); });
  supervisor.send('START');
  expect(heard).toEqual(['starting', 'fatal']);
  expect(errors.filter((message) => message === 'a listener of backend-status failed')).toHaveLength(2);
});

test('who unsubscribes hears no more; statuses are numbered without holes, the current one is the last', () => {
  const heard: BackendStatus[] = [];
  const deaf = jest.fn();
  supervisor.subscribe(deaf)();
  supervisor.subscribe((status) => { heard.push(status); });
  expect(supervisor.current().seq).toBe(0);
  supervisor.send('START');
  supervisor.send('RETRY');
  supervisor.send('KEEP_WAITING');
  expect(heard.map(({ seq }) => seq)).toEqual(heard.map((_, index) => index + 1));
  expect(supervisor.current()).toBe(heard.at(-1));
  expect(deaf).not.toHaveBeenCalled();
});

test('a command given by a listener is carried out after all have heard what it answers', () => {
  const heard: string[] = [];
  supervisor.subscribe(({ state }) => { if (state === 'fatal') supervisor.quit(false); });
  supervisor.subscribe(({ state }) => { heard.push(state); });
  supervisor.send('START');
  expect(heard).toEqual(['starting', 'fatal', 'stopped']);
});

test('without a proven backend no request is let through', () => {
  expect(supervisor.access()).toBeNull();
  supervisor.send('START');
  expect(supervisor.access()).toBeNull();
});
