/** A log file: rotated by day and size, kept for seven days, whole lines only, and a disk that takes nothing costs lines, not the app. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { CLOSE_MS, SLOW_MS, createAppendFile, type AppendFile, type AppendFileOptions } from '../../main/logs/appendFile';
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
afterEach(async () => {
  jest.useRealTimers();
  for (const appendFile of open.splice(0)) await appendFile.close();
  removeFolders();
});

function create(options: Partial<AppendFileOptions> = {}): AppendFile {
  const appendFile = createAppendFile({ file, maxBytes: 1_000, keepDays: 7, now: () => today, ...options });
  open.push(appendFile);
  return appendFile;
}
const names = (): string[] => readdirSync(path.dirname(file)).toSorted();
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 5); });
}
const text = (name: string): string => readFileSync(path.join(path.dirname(file), name), 'utf8');
function put(name: string, content: string, at: Date): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const full = path.join(path.dirname(file), name);
  writeFileSync(full, content);
  utimesSync(full, at, at);
}

test('lines are appended, in order, to what is there already', async () => {
  put('backend.log', 'before\n', today);
  const log = create();
  void log.append('one\n');
  void log.append('two\n');
  await log.flush();
  expect(text('backend.log')).toBe('before\none\ntwo\n');
  expect(log.dropped()).toBe(0);
});

test('lines are on the disk soon, without a flush', async () => {
  const log = create();
  void log.append('one\n');
  void log.append('two\n');
  await until(() => log.waiting() === '' && existsSync(file));
  expect(text('backend.log')).toBe('one\ntwo\n');
});

test('a flood asks whoever can wait to wait, and nothing of it is lost', async () => {
  const log = create({ maxBytes: 100_000_000 });
  const line = `${'x'.repeat(99_999)}\n`;
  let waits = 0;
  for (let count = 0; count < 200; count += 1) {
    const room = log.append(line);
    if (room === null) continue;
    waits += 1;
    await room;
  }
  await log.flush();
  expect(waits).toBeGreaterThan(0);
  expect(statSync(file).size).toBe(20_000_000);
  expect(log.dropped()).toBe(0);
});

test('only its owner may read it', async () => {
  const log = create();
  void log.append('one\n');
  await log.flush();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that is full begins anew, and no line is lost or cut', async () => {
  const log = create();
  const line = `${'x'.repeat(99)}\n`;
  for (let count = 0; count < 25; count += 1) {
    void log.append(line);
    await log.flush();
  }
  expect(names()).toEqual(['backend.2026-11-23.1.log', 'backend.2026-11-23.log', 'backend.log']);
  expect(names().map((name) => text(name).length)).toEqual([1_000, 1_000, 500]);
});

test('a file grows beyond its size by no line that would have fitted into the next', async () => {
  const log = create();
  void log.append(`${'x'.repeat(899)}\n`);
  await log.flush();
  void log.append(`${'y'.repeat(199)}\n`);
  await log.flush();
  expect(names().map((name) => text(name).length)).toEqual([900, 200]);
});

test('Scenario: Backend logs are captured: each day has its file, named by it', async () => {
  const log = create();
  void log.append('monday\n');
  await log.flush();
  today = new Date('2026-11-24T00:00:01Z');
  void log.append('tuesday\n');
  await log.flush();
  expect(text('backend.2026-11-23.log')).toBe('monday\n');
  expect(text('backend.log')).toBe('tuesday\n');
});

test('a file of an earlier day, or a full one, is set aside at the start', async () => {
  put('backend.log', 'old\n', new Date('2026-11-20T23:59:59Z'));
  const log = create();
  void log.append('new\n');
  await log.flush();
  expect(text('backend.2026-11-20.log')).toBe('old\n');
  await log.close();
  put('backend.log', 'x'.repeat(1_000), today);
  const next = create();
  void next.append('newer\n');
  await next.flush();
  expect(text('backend.log')).toBe('newer\n');
});

test('Scenario: Backend logs are captured: log rotation keeps last 7 days of logs, and touches nothing else', async () => {
  for (const day of ['2026-11-15', '2026-11-16', '2026-11-22']) put(`backend.${day}.log`, day, today);
  put('backend.2026-11-15.3.log', 'part', today);
  put('backend.2026-11-15.log.txt', 'of somebody', today);
  put('backend_errors.2026-11-15.log', 'another file', today);
  const log = create();
  void log.append('one\n');
  await log.flush();
  expect(names()).toEqual(['backend.2026-11-15.log.txt', 'backend.2026-11-16.log', 'backend.2026-11-22.log', 'backend.log', 'backend_errors.2026-11-15.log']);
});

test('an old file that can not be removed keeps nothing from being written', async () => {
  mkdirSync(path.join(path.dirname(file), 'backend.2020-01-01.log'), { recursive: true });
  const log = create();
  void log.append('one\n');
  await log.flush();
  expect(log.dropped()).toBe(0);
  expect(text('backend.log')).toBe('one\n');
});

test('a folder that can not be made keeps the lines in memory, says so, and gets them later', async () => {
  writeFileSync(path.dirname(file), 'in the way');
  const troubles: (string | null)[] = [];
  const log = create({ onTrouble: (trouble) => { troubles.push(trouble); } });
  void log.append('one\n');
  void log.append('two\n');
  await log.flush();
  expect([log.dropped(), log.waiting(), troubles]).toEqual([0, 'one\ntwo\n', ['ENOTDIR']]);
  unlinkSync(path.dirname(file));
  void log.append('three\n');
  await log.flush();
  expect([log.dropped(), log.waiting(), troubles]).toEqual([0, '', ['ENOTDIR', null]]);
  expect(text('backend.log')).toBe('one\ntwo\nthree\n');
});

test('it is tried again by itself', async () => {
  writeFileSync(path.dirname(file), 'in the way');
  const log = create();
  void log.append('one\n');
  await log.flush();
  unlinkSync(path.dirname(file));
  await until(() => existsSync(file) && log.waiting() === '');
  expect(text('backend.log')).toBe('one\n');
});

test('a full disk costs the oldest lines, which are counted, and told where they are missing', async () => {
  mkdirSync(path.dirname(file));
  symlinkSync('/dev/full', file);
  const log = create({ maxBytes: 100_000_000 });
  const line = (count: number): string => `${String(count).padStart(9)} ${'x'.repeat(99_989)}\n`;
  for (let count = 0; count < 60; count += 1) {
    void log.append(line(count));
    await log.flush();
  }
  // Of 4 MiB so many blocks of memory are whole: 40 of these lines.
  expect([log.dropped(), log.waiting().length]).toEqual([20, 4_000_000]);
  expect(names()).toEqual(['backend.log']);
  unlinkSync(file);
  await log.flush();
  const lines = text('backend.log').split('\n');
  expect(lines[0]).toMatch(/^\S+ WARN log 20 lines were lost before this one$/);
  expect(lines.slice(1, -1).map((each) => Number(each.slice(0, 9)))).toEqual(Array.from({ length: 40 }, (_, index) => 20 + index));
});

test('a line that the disk took in half is written again, whole', async () => {
  const log = create();
  void log.append('before\n');
  await log.flush();
  const handle = await fsPromises.open(file, 'r');
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  // eslint-disable-next-line typescript/unbound-method -- it is called with its file below
  const { write } = prototype;
  const half = jest.spyOn(prototype, 'write')
    .mockImplementationOnce(function first(this: typeof handle, buffer: unknown) { return Reflect.apply(write, this, [buffer, 0, 10]) as never; })
    .mockImplementationOnce(async () => { throw Object.assign(new Error('full'), { code: 'ENOSPC' }); });
  void log.append('whole\ntorn line\n');
  await log.flush();
  half.mockRestore();
  void log.append('after\n');
  await log.flush();
  expect(text('backend.log')).toBe('before\nwhole\ntorn\ntorn line\nafter\n');
  expect(log.dropped()).toBe(0);
});

test('a file that somebody removed, or put another one in place of, is made anew with the next line', async () => {
  const log = create();
  void log.append('one\n');
  await log.flush();
  rmSync(file);
  void log.append('two\n');
  await log.flush();
  expect(text('backend.log')).toBe('two\n');
  rmSync(path.dirname(file), { recursive: true });
  void log.append('three\n');
  await log.flush();
  expect(text('backend.log')).toBe('three\n');
  renameSync(file, `${file}.taken`);
  put('backend.log', 'of somebody\n', today);
  void log.append('four\n');
  await log.flush();
  expect(text('backend.log')).toBe('of somebody\nfour\n');
  expect(log.dropped()).toBe(0);
});

describe('a disk that stands still', () => {
  // A pipe that nobody reads takes 64 KiB, then no more.
  let reader: number;
  beforeEach(() => {
    mkdirSync(path.dirname(file));
    execFileSync('mkfifo', [file]);
    reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  });
  afterEach(() => { closeSync(reader); });

  test('holds nobody up for long, costs lines, not memory, and the app can end', async () => {
    const troubles: (string | null)[] = [];
    const log = create({ maxBytes: 100_000_000, onTrouble: (trouble) => { troubles.push(trouble); } });
    const line = `${'x'.repeat(99_999)}\n`;
    const startedAt = performance.now();
    for (let count = 0; count < 100; count += 1) await log.append(line);
    // Once, until the disk counts as slow.
    expect(performance.now() - startedAt).toBeLessThan(2 * SLOW_MS);
    expect(troubles).toEqual(['SLOW']);
    expect(log.waiting().length).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(log.dropped()).toBeGreaterThan(40);
    const closedAt = performance.now();
    await log.close();
    expect(performance.now() - closedAt).toBeLessThan(2 * CLOSE_MS);
  });
});

test('after its end a late line makes no file, and is counted', async () => {
  const log = create();
  void log.append('one\n');
  await log.close();
  rmSync(folder, { recursive: true });
  void log.append('late\n');
  await log.flush();
  expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  expect(log.dropped()).toBe(1);
});

describe('a file that the backend appends to as well', () => {
  // Only the looks now and then are in the test's hands.
  const holdLooks = (): void => { jest.useFakeTimers({ doNotFake: ['setImmediate', 'setTimeout', 'clearTimeout', 'nextTick', 'queueMicrotask', 'performance', 'Date', 'hrtime'] }); };
  const look = async (log: AppendFile): Promise<void> => {
    jest.advanceTimersByTime(10_000);
    await log.flush();
  };

  test('is there, and of today, without a line of ours', async () => {
    put('backend.log', 'yesterday\n', new Date('2026-11-22T12:00:00Z'));
    await create({ shared: true }).flush();
    expect(names()).toEqual(['backend.2026-11-22.log', 'backend.log']);
  });

  test('is rotated by what both wrote, also while we have nothing to say', async () => {
    holdLooks();
    const log = create({ shared: true });
    await log.flush();
    appendFileSync(file, 'x'.repeat(1_000));
    await look(log);
    expect(names()).toEqual(['backend.2026-11-23.log', 'backend.log']);
    appendFileSync(file, 'small\n');
    today = new Date('2026-11-24T00:00:01Z');
    await look(log);
    expect(names()).toEqual(['backend.2026-11-23.1.log', 'backend.2026-11-23.log', 'backend.log']);
    expect(text('backend.log')).toBe('');
  });

  test('is looked at no more after its end', async () => {
    holdLooks();
    await create({ shared: true }).close();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a file with an opening', () => {
  let count = 0;
  const opening = (): string => `opening after ${count}\n`;
  const append = async (log: AppendFile): Promise<void> => {
    count += 1;
    void log.append(`line ${count}\n`);
    await log.flush();
  };
  beforeEach(() => { count = 0; });

  test('begins anew at each start, and each rotated part begins with what describes its beginning', async () => {
    put('backend.log', 'a former run\n', today);
    const log = create({ opening, maxBytes: 20 });
    for (let step = 0; step < 4; step += 1) await append(log);
    expect(names()).toEqual(['backend.2026-11-23.1.log', 'backend.2026-11-23.2.log', 'backend.2026-11-23.log', 'backend.log']);
    expect(text('backend.2026-11-23.log')).toBe('a former run\n');
    expect(text('backend.2026-11-23.1.log')).toBe('line 1\nline 2\nline 3\n');
    expect(text('backend.2026-11-23.2.log')).toBe('opening after 3\nline 4\n');
    expect(text('backend.log')).toBe('opening after 4\n');
  });

  test('on a full disk no empty files pile up', async () => {
    mkdirSync(path.dirname(file));
    symlinkSync('/dev/full', file);
    const log = create({ opening });
    for (let step = 0; step < 4; step += 1) await append(log);
    expect(names()).toEqual(['backend.log']);
    expect([log.dropped(), log.waiting()]).toEqual([0, 'line 1\nline 2\nline 3\nline 4\n']);
  });

  test('where lines were lost, the file goes on with an opening, which stands for all that waited', async () => {
    mkdirSync(path.dirname(file));
    symlinkSync('/dev/full', file);
    const log = create({ opening, maxBytes: 10_000_000 });
    await append(log);
    void log.append(`${'x'.repeat(5_000_000)}\n`);
    await append(log);
    unlinkSync(file);
    await log.flush();
    await append(log);
    expect(text('backend.log')).toBe('opening after 2\nline 3\n');
    expect(log.dropped()).toBe(3);
  });

  test('a file that somebody removed goes on with an opening', async () => {
    const log = create({ opening });
    await append(log);
    rmSync(file);
    await append(log);
    await append(log);
    expect(text('backend.log')).toBe('opening after 2\nline 3\n');
  });
});
