/** docs/troubleshooting.md has every message that the code can show, letter by letter. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RESTARTED } from '../../main/announce';
import { BackendSpecError, checkBackendSpec } from '../../main/backend/spec';
import { holdersText } from '../../main/dialogs/dialog';
import { ALREADY_RUNNING } from '../../main/instance';
import { parseOptions, USAGE } from '../../main/options';
import { CANNOT_START } from '../../main/refuse';
import { ensureUserData } from '../../main/userData';
import { CONNECTING, TEXTS } from '../../machines/status';
import { CHOICES, FATAL, SLOW } from '../../machines/troubles';
import { strings } from '../../renderer/strings';
import { removeFolders, temporaryFolder } from '../support/folders';

// Main's own broadcasts and windows are not needed for its words.
jest.mock('electron', () => ({}), { virtual: true });
jest.mock('../../main/ipc', () => ({}));

const page = readFileSync(path.resolve(__dirname, '../../docs/troubleshooting.md'), 'utf8');
afterAll(removeFolders);

/** The page writes … for what differs from case to case. */
const missing = (messages: readonly string[]): string[] => messages.filter((message) => !page.includes(`| ${message} |`) && !page.includes(`## ${message}\n`));

test('each trouble, each status, each word in passing', () => {
  const messages = [SLOW.text, ...Object.values(FATAL).map(({ text }) => text), ...Object.values(TEXTS), CONNECTING, RESTARTED, ALREADY_RUNNING, CANNOT_START];
  expect(messages.length).toBeGreaterThan(20);
  expect(missing(messages)).toEqual([]);
});

test('each choice that is offered', () => {
  expect(CHOICES.filter((choice) => !page.includes(`*${choice}*`))).toEqual([]);
});

test('each failure that the page tells by itself', () => {
  const messages = [
    ...Object.values(strings.refusals), strings.stopped[0], strings.brokenPage[0], strings.startStopped, strings.endingOld, strings.movingPort,
    strings.reconnecting, strings.crashedHint, strings.noHolders, strings.holdersUnknown, strings.copyFailed, strings.searchFailed, strings.removeFailed('…'), strings.logs.failed, strings.diagnostics.failed,
  ];
  expect(missing(messages)).toEqual([]);
  expect(page).toContain(holdersText(null));
});

const said = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message.replace(`\n${USAGE}`, '') : String(error);
  }
  return 'nothing was refused';
};

test.each<[string, () => unknown, (message: string) => string]>([
  ['a folder that is a file', () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    ensureUserData(file);
  }, (message) => message.replace(/ in \/.*/s, ' in …')],
  ['a spec with a mistake', () => checkBackendSpec({}, 'guest.json'), (message) => message.split('\n')[0]?.replace('guest.json', '…') ?? ''],
  ['an option without its value', () => parseOptions(['--user-data']), () => '… needs a value, for example …'],
  ['a value too many', () => parseOptions(['--self-test=1']), () => '… takes no value: found …'],
  ['a theme that is none', () => parseOptions(['--theme', 'blue']), (message) => message.replace('"blue"', '…')],
  ['a part of the self-test', () => parseOptions(['--import', 'x']), (message) => message.replace('--import', '…')],
])('the refusal of %s', (_what, run, brief) => {
  const message = said(run);
  // What stands on the page is what was said, … aside.
  let from = 0;
  for (const part of brief(message).split('…')) {
    const at = message.indexOf(part, from);
    expect([part, at >= from]).toEqual([part, true]);
    from = at + part.length;
  }
  expect(missing([brief(message)])).toEqual([]);
});

test('a spec is refused by its own kind of error', () => {
  expect(() => checkBackendSpec({}, 'guest.json')).toThrow(BackendSpecError);
});
