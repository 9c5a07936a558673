/** A log file: rotated by day and size, kept for seven days, whole lines only, and a disk that takes nothing costs lines, not the app. */
import fs, { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAppendFile, type AppendFile, type AppendFileOptions } from '../../main/logs/appendFile';
import { removeFolders, temporaryFolder } from '../support/folders';

let folder: string;
let file: string;
let today: Date;
const open: AppendFile[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  file = path.join(folder, 'logs', 'backend.log');
  today = new Date('2026-11-23T10:00:00Z');
});
afterEach(() => {
  for (const appendFile of open.splice(0)) appendFile.close();
  jest.useRealTimers();
  removeFolders();
});

function create(options: Partial<AppendFileOptions> = {}): AppendFile {
  const appendFile = createAppendFile({ file, maxBytes: 1_000, keepDays: 7, now: () => today, ...options });
  open.push(appendFile);
  return appendFile;
}
const names = (): string[] => readdirSync(path.dirname(file)).toSorted();
const text = (name: string): string => readFileSync(path.join(path.dirname(file), name), 'utf8');
function put(name: string, content: string, at: Date): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const full = path.join(path.dirname(file), name);
  writeFileSync(full, content);
  utimesSync(full, at, at);
}

test('lines are appended, in order, to what is there already', () => {
  put('backend.log', 'before\n', today);
  const log = create();
  log.append('one\n');
  log.append('two\n');
  log.flush();
  expect(text('backend.log')).toBe('before\none\ntwo\n');
  expect(log.dropped()).toBe(0);
});

test('lines are on the disk soon, without a flush', () => {
  jest.useFakeTimers();
  create().append('one\n');
  jest.advanceTimersByTime(20);
  expect(text('backend.log')).toBe('one\n');
});

test('a flood is written at once, so that it does not wait in memory', () => {
  create({ maxBytes: 10_000_000 }).append(`${'x'.repeat(300_000)}\n`);
  expect(statSync(file).size).toBe(300_001);
});

test('only its owner may read it', () => {
  const log = create();
  log.append('one\n');
  log.flush();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that is full begins anew, and no line is lost or cut', () => {
  const log = create();
  const line = `${'x'.repeat(99)}\n`;
  for (let count = 0; count < 25; count += 1) {
    log.append(line);
    log.flush();
  }
  expect(names()).toEqual(['backend.2026-11-23.1.log', 'backend.2026-11-23.log', 'backend.log']);
  expect(names().map((name) => text(name).length)).toEqual([1_000, 1_000, 500]);
});

test('Scenario: Backend logs are captured: each day has its file, named by it', () => {
  const log = create();
  log.append('monday\n');
  log.flush();
  today = new Date('2026-11-24T00:00:01Z');
  log.append('tuesday\n');
  log.flush();
  expect(text('backend.2026-11-23.log')).toBe('monday\n');
  expect(text('backend.log')).toBe('tuesday\n');
});

test('a file of an earlier day, or a full one, is set aside at the start', () => {
  put('backend.log', 'old\n', new Date('2026-11-20T23:59:59Z'));
  const log = create();
  log.append('new\n');
  log.flush();
  expect(text('backend.2026-11-20.log')).toBe('old\n');
  log.close();
  put('backend.log', 'x'.repeat(1_000), today);
  const next = create();
  next.append('newer\n');
  next.flush();
  expect(text('backend.log')).toBe('newer\n');
});

test('Scenario: Backend logs are captured: log rotation keeps last 7 days of logs, and touches nothing else', () => {
  for (const day of ['2026-11-15', '2026-11-16', '2026-11-22']) put(`backend.${day}.log`, day, today);
  put('backend.2026-11-15.3.log', 'part', today);
  put('backend.2026-11-15.log.txt', 'of somebody', today);
  put('backend_errors.2026-11-15.log', 'another file', today);
  const log = create();
  log.append('one\n');
  log.flush();
  expect(names()).toEqual(['backend.2026-11-15.log.txt', 'backend.2026-11-16.log', 'backend.2026-11-22.log', 'backend.log', 'backend_errors.2026-11-15.log']);
});

test('an old file that can not be removed keeps nothing from being written', () => {
  mkdirSync(path.join(path.dirname(file), 'backend.2020-01-01.log'), { recursive: true });
  const log = create();
  log.append('one\n');
  log.flush();
  expect(log.dropped()).toBe(0);
  expect(text('backend.log')).toBe('one\n');
});

test('a folder that can not be made costs lines, which are counted; it is tried again', () => {
  writeFileSync(path.dirname(file), 'in the way');
  const log = create();
  log.append('one\n');
  log.append('two\n');
  log.flush();
  expect(log.dropped()).toBe(2);
  unlinkSync(path.dirname(file));
  log.append('three\n');
  log.flush();
  expect(log.dropped()).toBe(2);
  expect(text('backend.log')).toBe('three\n');
});

test('a full disk costs lines, which are counted', () => {
  mkdirSync(path.dirname(file));
  symlinkSync('/dev/full', file);
  const log = create();
  for (let count = 0; count < 3; count += 1) {
    log.append('lost\n');
    log.flush();
  }
  expect(log.dropped()).toBe(3);
  expect(names()).toEqual(['backend.log']);
});

test('a line that the disk took in half ends before the next one begins', () => {
  const log = create();
  log.append('before\n');
  log.flush();
  const write = fs.writeSync;
  const half = jest.spyOn(fs, 'writeSync')
    .mockImplementationOnce(((descriptor: number, buffer: Buffer) => write(descriptor, buffer, 0, 3)) as typeof write)
    .mockImplementationOnce(() => { throw new Error('ENOSPC'); });
  log.append('torn line\n');
  log.flush();
  half.mockRestore();
  log.append('after\n');
  log.flush();
  expect(text('backend.log')).toBe('before\ntor\nafter\n');
  expect(log.dropped()).toBe(1);
});

test('a file that somebody removed is made anew when it is due', () => {
  const log = create();
  log.append('one\n');
  log.flush();
  rmSync(file);
  today = new Date('2026-11-24T00:00:01Z');
  log.append('two\n');
  log.flush();
  expect(text('backend.log')).toBe('two\n');
  expect(log.dropped()).toBe(0);
});

test('after its end a late line makes no file, and is counted', () => {
  const log = create();
  log.append('one\n');
  log.close();
  rmSync(folder, { recursive: true });
  log.append('late\n');
  log.flush();
  expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  expect(log.dropped()).toBe(1);
});

describe('a file that the backend appends to as well', () => {
  test('is there, and of today, before the first line of ours', () => {
    put('backend.log', 'yesterday\n', new Date('2026-11-22T12:00:00Z'));
    create({ shared: true });
    expect(names()).toEqual(['backend.2026-11-22.log', 'backend.log']);
  });

  test('is rotated by what both wrote, also while we have nothing to say', () => {
    jest.useFakeTimers();
    create({ shared: true });
    appendFileSync(file, 'x'.repeat(1_000));
    jest.advanceTimersByTime(10_000);
    expect(names()).toEqual(['backend.2026-11-23.log', 'backend.log']);
    appendFileSync(file, 'small\n');
    today = new Date('2026-11-24T00:00:01Z');
    jest.advanceTimersByTime(10_000);
    expect(names()).toEqual(['backend.2026-11-23.1.log', 'backend.2026-11-23.log', 'backend.log']);
    expect(text('backend.log')).toBe('');
  });

  test('is looked at no more after its end', () => {
    jest.useFakeTimers();
    create({ shared: true }).close();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a file with an opening', () => {
  let count = 0;
  const opening = (): string => `opening after ${count}\n`;
  const append = (log: AppendFile): void => {
    count += 1;
    log.append(`line ${count}\n`);
    log.flush();
  };
  beforeEach(() => { count = 0; });

  test('begins anew at each start, and each rotated part begins with what describes its beginning', () => {
    put('backend.log', 'a former run\n', today);
    const log = create({ opening, maxBytes: 20 });
    for (let step = 0; step < 4; step += 1) append(log);
    expect(names()).toEqual(['backend.2026-11-23.1.log', 'backend.2026-11-23.2.log', 'backend.2026-11-23.log', 'backend.log']);
    expect(text('backend.2026-11-23.log')).toBe('a former run\n');
    expect(text('backend.2026-11-23.1.log')).toBe('line 1\nline 2\nline 3\n');
    expect(text('backend.2026-11-23.2.log')).toBe('opening after 3\nline 4\n');
    expect(text('backend.log')).toBe('opening after 4\n');
  });

  test('on a full disk no empty files pile up', () => {
    mkdirSync(path.dirname(file));
    symlinkSync('/dev/full', file);
    const log = create({ opening });
    for (let step = 0; step < 4; step += 1) append(log);
    expect(names()).toEqual(['backend.log']);
    expect(log.dropped()).toBe(4);
  });

  test('when the folder comes back, the file begins with an opening', () => {
    writeFileSync(path.dirname(file), 'in the way');
    const log = create({ opening });
    append(log);
    unlinkSync(path.dirname(file));
    append(log);
    append(log);
    expect(text('backend.log')).toBe('opening after 2\nline 3\n');
    expect(log.dropped()).toBe(2);
  });
});
