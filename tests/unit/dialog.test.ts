/** What a message box says: the words and buttons of the status, the evidence, and the stack trace in debug mode only. */
import { createActor } from 'xstate';
import { dialogOf, holdersText } from '../../main/dialogs/dialog';
import { lifecycle } from '../../machines/lifecycle';
import { FATAL_REASONS } from '../../machines/policy';
import { BACKEND_STATES, project } from '../../machines/status';
import { FATAL, SLOW } from '../../machines/troubles';
import type { BackendStatus } from '../../preload/contract';

const idle = project(createActor(lifecycle, { input: {} }).getSnapshot());
const status = (changes: Partial<BackendStatus>): BackendStatus => ({ ...idle, seq: 1, at: 0, nextTryAt: null, ...changes });
const crash = { generation: 3, at: 0, cause: 'exited with code 1', code: 1, signal: null, stderrTail: ['Traceback (most recent call last):', '  File "main.py"', "ModuleNotFoundError: No module named 'pdfplumber'"] };
const failed = status({ state: 'fatal', reason: 'crash-budget', ...FATAL['crash-budget'], crash, detail: "ModuleNotFoundError: No module named 'pdfplumber'" });

test('there is none where nobody has to decide', () => {
  for (const state of BACKEND_STATES) expect(dialogOf(status({ state }), true)).toBeNull();
});

test.each(FATAL_REASONS)('%s: an error with its words and buttons, what helps, and the cause', (reason) => {
  const { text, help, choices } = FATAL[reason];
  expect(dialogOf(status({ state: 'fatal', reason, ...FATAL[reason], detail: 'Expected at /opt/main' }), false))
    .toEqual({ type: 'error', message: text, detail: `${help}\n\nExpected at /opt/main`, buttons: choices });
});

test('Scenario: Python runtime error: the cause always, the stack trace in debug mode only', () => {
  const plain = dialogOf(failed, false);
  expect(plain?.buttons).toContain('View Full Logs');
  expect(plain?.detail).toBe(`${FATAL['crash-budget'].help}\n\nexited with code 1\nModuleNotFoundError: No module named 'pdfplumber'`);
  expect(dialogOf(failed, true)?.detail).toBe(`${plain?.detail}\n\n${crash.stderrTail.join('\n')}`);
});

test('a slow start is no error, and shows no crash of a generation before', () => {
  expect(dialogOf(status({ state: 'starting', subState: 'probing.slow', ...SLOW, crash }), true))
    .toEqual({ type: 'warning', message: SLOW.text, detail: SLOW.help, buttons: SLOW.choices });
});

test('a long trace is cut to its end, and a long line to its beginning', () => {
  const stderrTail = [...Array.from({ length: 30 }, (_, index) => `line ${index}.`), 'x'.repeat(1_000)];
  const { detail = '' } = dialogOf({ ...failed, crash: { ...crash, stderrTail } }, true) ?? {};
  expect(detail).not.toContain('line 15.');
  expect(detail).toContain('line 16.');
  expect(detail.split('\n').at(-1)).toBe(`${'x'.repeat(159)}…`);
});

test('who holds the ports: by name and process, hidden, nobody, or not told', () => {
  expect(holdersText([{ pid: 4711, name: 'python3', ports: '8000–8998, 9000' }, { pid: null, name: null, ports: '8999' }]))
    .toBe('These applications use the ports:\npython3 (process 4711): 8000–8998, 9000\nAn application of somebody else: 8999');
  expect(holdersText([])).toBe('The ports are free now.');
  expect(holdersText(null)).toContain('does not tell');
});
