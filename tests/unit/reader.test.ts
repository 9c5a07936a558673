/** The reader of the logs: any part of any log by row, by level and by text, while it grows and when it begins anew; never anything but a log. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { createLogReader, type LogReader } from '../../main/logs/reader';
import type { LogLevel, LogView } from '../../preload/contract';
import { removeFolders, temporaryFolder } from '../support/folders';

let folder: string;
let reader: LogReader;
beforeEach(() => {
  folder = temporaryFolder();
  reader = createLogReader(folder);
});
afterEach(removeFolders);

const STAMP = '2026-11-23T10:00:00.000Z';
const file = (name = 'backend.log'): string => path.join(folder, name);
const view = (level: LogLevel = 'debug', source = 'backend.log'): LogView => ({ source, level });
const texts = async (from: number, count: number, level: LogLevel = 'debug'): Promise<string[]> => (await reader.read(view(level), from, count)).lines.map(({ text }) => text);

test('rows of any part, and how many there are', async () => {
  writeFileSync(file(), Array.from({ length: 1_000 }, (_, n) => `line ${n}\n`).join(''));
  expect(await reader.read(view(), 0, 0)).toEqual({ version: 1, total: 1_000, lines: [] });
  expect(await texts(0, 2)).toEqual(['line 0', 'line 1']);
  expect(await texts(511, 3)).toEqual(['line 511', 'line 512', 'line 513']);
  expect(await texts(998, 500)).toEqual(['line 998', 'line 999']);
  expect(await texts(5_000, 5)).toEqual([]);
});

test('what is appended comes to it; a line without its end does not yet', async () => {
  writeFileSync(file(), 'one\ntw');
  expect(await texts(0, 9)).toEqual(['one']);
  appendFileSync(file(), 'o\nthree\r\n');
  expect(await texts(0, 9)).toEqual(['one', 'two', 'three']);
});

test('levels: this one and above; a line without a stamp belongs to the one before it', async () => {
  writeFileSync(file(), [
    `${STAMP} INFO stdout fine`, `${STAMP} WARN stderr careful`, `${STAMP} ERROR it broke`, '    Traceback', '    of it', `${STAMP} info main.log writes small`,
    `${STAMP} CRITICAL pocketmusec end`, `${STAMP} DEBUG detail`, '',
  ].join('\n'));
  const levels = async (level: LogLevel): Promise<string[]> => (await reader.read(view(level), 0, 99)).lines.map((line) => line.level);
  expect(await levels('debug')).toEqual(['info', 'warn', 'error', 'error', 'error', 'info', 'error', 'debug']);
  expect(await levels('info')).toHaveLength(7);
  expect(await levels('warn')).toEqual(['warn', 'error', 'error', 'error', 'error']);
  expect(await texts(1, 2, 'error')).toEqual(['    Traceback', '    of it']);
});

test('few errors among many lines are found by their rows', async () => {
  writeFileSync(file(), Array.from({ length: 5_000 }, (_, n) => `${STAMP} ${n % 1_000 === 7 ? 'ERROR' : 'INFO'} line ${n}\n`).join(''));
  expect((await reader.read(view('error'), 0, 0)).total).toBe(5);
  expect(await texts(3, 9, 'error')).toEqual([`${STAMP} ERROR line 3007`, `${STAMP} ERROR line 4007`]);
});

test('a file that was rotated, or cut, is another version', async () => {
  writeFileSync(file(), 'old 1\nold 2\n');
  const { version } = await reader.read(view(), 0, 1);
  renameSync(file(), file('backend.2026-11-23.log'));
  writeFileSync(file(), 'new\n');
  const rotated = await reader.read(view(), 0, 9);
  expect(rotated.version).not.toBe(version);
  expect(rotated.lines.map(({ text }) => text)).toEqual(['new']);
  truncateSync(file());
  expect(await reader.read(view(), 0, 9)).toMatchObject({ total: 0 });
});

test('a giant line is shown by its beginning, without half a character, and the next one is whole', async () => {
  writeFileSync(file(), `first\n${'é'.repeat(3_000_000)}\nlast\n`);
  const [first, giant = '', last] = await texts(0, 9);
  expect([first, last]).toEqual(['first', 'last']);
  expect(giant).toBe(`${'é'.repeat(2_048)} …`);
});

describe('search', () => {
  beforeEach(() => { writeFileSync(file(), Array.from({ length: 2_000 }, (_, n) => `${STAMP} ${n < 1_000 ? 'INFO' : 'WARN'} ${n % 500 === 3 ? 'A Needle' : 'hay'} ${n}\n`).join('')); });
  const find = async (from: number, direction: 'next' | 'previous', level: LogLevel = 'debug') => await reader.find(view(level), 'needle', from, direction);

  test('goes on and back, and round the end', async () => {
    expect(await find(0, 'next')).toEqual({ version: 1, row: 3, nth: 1, matches: 4 });
    expect(await find(3, 'next')).toMatchObject({ row: 3, nth: 1 });
    expect(await find(4, 'next')).toMatchObject({ row: 503, nth: 2 });
    expect(await find(1_504, 'next')).toMatchObject({ row: 3, nth: 1 });
    expect(await find(1_503, 'previous')).toMatchObject({ row: 1_003, nth: 3 });
    expect(await find(3, 'previous')).toMatchObject({ row: 1_503, nth: 4 });
  });

  test('counts rows of the view', async () => {
    expect(await find(0, 'next', 'warn')).toMatchObject({ row: 3, matches: 2 });
  });

  test('finds what came since, and nothing where there is nothing', async () => {
    await find(0, 'next');
    appendFileSync(file(), 'needle at the end\n');
    expect(await find(1_504, 'next')).toMatchObject({ row: 2_000, nth: 5, matches: 5 });
    expect(await reader.find(view(), 'haystack', 0, 'next')).toMatchObject({ row: null, matches: 0 });
  });
});

test('the list has log files only: the current ones, then the others from the youngest on', async () => {
  for (const [name, day] of [['main.log', 4], ['backend.2026-11-22.log', 2], ['backend.2026-11-21.1.log', 1], ['backend.log', 3], ['lifecycle.ndjson', 4], ['notes.txt', 4]] as const) {
    writeFileSync(file(name), 'x\n');
    utimesSync(file(name), day, day);
  }
  mkdirSync(file('folder.log'));
  symlinkSync('/etc/passwd', file('link.log'));
  expect((await reader.list()).map(({ name, current, bytes }) => [name, current, bytes])).toEqual([
    ['backend.log', true, 2], ['main.log', true, 2], ['backend.2026-11-22.log', false, 2], ['backend.2026-11-21.1.log', false, 2],
  ]);
});

test('what is no log file is not read, a link least of all', async () => {
  symlinkSync('/etc/passwd', file('link.log'));
  await expect(reader.read(view('debug', 'link.log'), 0, 1)).rejects.toThrow('allowed are files of the app’s own folder');
  await expect(reader.read(view('debug', 'missing.log'), 0, 1)).rejects.toThrow('ENOENT');
});

test('many questions at once are answered as if they came one by one', async () => {
  writeFileSync(file(), Array.from({ length: 3_000 }, (_, n) => `${n}\n`).join(''));
  const pages = await Promise.all(Array.from({ length: 30 }, async (_, n) => await texts(n * 100, 1)));
  expect(pages.flat()).toEqual(Array.from({ length: 30 }, (_, n) => String(n * 100)));
});

test('any part of any text is what a simple reading gives', async () => {
  const line = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(`${STAMP} ERROR x`, `${STAMP} INFO y`, '')).map((text) => text.replaceAll(/[\r\n]/g, ''));
  await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 600 }), fc.nat(600), fc.nat(300), async (lines, from, count) => {
    writeFileSync(file(), lines.map((each) => `${each}\n`).join(''));
    expect(readFileSync(file(), 'utf8').split('\n')).toHaveLength(lines.length + 1);
    const fresh = createLogReader(folder);
    const page = await fresh.read(view(), from, count);
    expect([page.total, page.lines.map(({ text }) => text)]).toEqual([lines.length, lines.slice(from, from + count)]);
  }), { numRuns: 60 });
});
