/** The command line: what is understood, and that each mistake is answered with the way out. */
import { inWords, parseOptions, USAGE, UsageError } from '../../main/options';

const messageOf = (...args: string[]): string => {
  try {
    parseOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
};

test('nothing said: the app as teachers open it', () => {
  expect(parseOptions([])).toEqual({
    selfTest: false, importFile: null, search: null, screenshot: null, theme: 'system', userData: null, backendSpec: null, diagnostics: null, debug: false,
  });
});

test('everything said, in both notations', () => {
  expect(parseOptions([
    '--self-test', '--import', 'a b.pdf', '--search=4.PR', '--screenshot', 'x.png', '--theme=dark', '--user-data', 'dir', '--backend-spec=g.json', '--pocketmusec-debug',
  ])).toEqual({
    selfTest: true, importFile: 'a b.pdf', search: '4.PR', screenshot: 'x.png', theme: 'dark', userData: 'dir', backendSpec: 'g.json', diagnostics: null, debug: true,
  });
});

test('switches of Chromium and files pass unread', () => {
  expect(parseOptions(['--no-sandbox', '--remote-debugging-port=0', 'file.pdf', '-x']).selfTest).toBe(false);
});

test.each([['1', true], ['0', false], ['', false]])('POCKETMUSEC_DEBUG=%s', (value, debug) => {
  expect(parseOptions([], { POCKETMUSEC_DEBUG: value }).debug).toBe(debug);
});

test.each([
  [['--self-test', '--import'], '--import needs a value, for example --import=…'],
  [['--self-test', '--import='], '--import needs a value, for example --import=…'],
  [['--self-test', '--import', '--search', 'x'], '--import needs a value, for example --import=…'],
  [['--user-data'], '--user-data needs a value, for example --user-data=…'],
  [['--backend-spec='], '--backend-spec needs a value, for example --backend-spec=…'],
  [['--theme', 'blue'], '--theme: found "blue", allowed is light, dark, system'],
  [['--import', 'x.pdf'], '--import is a part of the self-test: add --self-test'],
  [['--search', 'x'], '--search is a part of the self-test: add --self-test'],
  [['--screenshot', 'x'], '--screenshot is a part of the self-test: add --self-test'],
  [['--self-test=yes'], '--self-test takes no value: found "yes"'],
  [['--pocketmusec-debug=1'], '--pocketmusec-debug takes no value: found "1"'],
])('%j is refused, with the usage', (args, sentence) => {
  expect(messageOf(...args)).toBe(`${sentence}\n${USAGE}`);
});

test('options in words of their own mean the same, in whatever order they are handed on', () => {
  const args = ['.', '--user-data', '/a b', '--pocketmusec-debug', '--theme=dark', '--no-sandbox'];
  const words = inWords(args);
  expect(words).toEqual(['.', '--user-data=/a b', '--pocketmusec-debug', '--theme=dark', '--no-sandbox']);
  expect(parseOptions(words.toReversed())).toEqual(parseOptions(args));
});
