/** The logs under attack, with a real backend: a flood, a full disk, a disk that stands still, a folder that can't be. */
import { execFileSync, execFile } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, readFileSync, readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { createLogFile, createLogs, type Logs } from '../../main/logs/logs';
import type { LogTrouble } from '../../preload/contract';
import { removeFolders, temporaryFolder } from '../support/folders';
import { puppetSpec, PYTHON, ROOT, supervise, type Bench } from '../support/supervise';

const started: { bench: Bench; logs: Logs }[] = [];
let folder: string;
let troubles: LogTrouble[];
beforeEach(() => {
  folder = path.join(temporaryFolder(), 'logs');
  troubles = [];
});
afterEach(async () => {
  for (const { bench, logs } of started.splice(0)) {
    await bench.close();
    await logs.close();
  }
  removeFolders();
});

/** Probed often, with the time that the requirements give to an answer: a flood keeps the backend itself busy. */
const spec = puppetSpec({ health: { startup: { intervalMs: 10 }, liveness: { intervalMs: 600, timeoutMs: 5_000 }, reconnect: { intervalMs: 1_000, timeoutMs: 2_000 } } });
/** The supervisor with logs in `folder`, when its backend is healthy. */
async function start(): Promise<{ bench: Bench; logs: Logs }> {
  const logs = createLogs(folder, spec, createLogFile(path.join(folder, 'main.log')), () => '', (trouble) => { troubles.push(trouble); });
  const bench = supervise(spec, { onOutput: logs.onOutput });
  started.push({ bench, logs });
  bench.supervisor.send('START');
  await bench.untilState('healthy');
  return { bench, logs };
}
const backendLog = (): string => path.join(folder, 'backend.log');
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 10); });
}

test('a folder that can not be made: the backend runs, the lines stay in memory, and a warning says so; they are written when it can be', async () => {
  writeFileSync(folder, 'in the way');
  const { bench, logs } = await start();
  await bench.puppet('print?kept');
  await until(() => logs.waiting().includes('kept'));
  expect(troubles.at(-1)).toMatchObject({ code: 'ENOTDIR', file: 'backend.log', dropped: 0 });
  expect(bench.supervisor.current()).toMatchObject({ state: 'healthy', generation: 1 });
  unlinkSync(folder);
  await until(() => logs.waiting() === '');
  expect(readFileSync(backendLog(), 'utf8')).toMatch(/WARN stderr kept\n/);
  expect(troubles.at(-1)).toMatchObject({ code: null });
});

test('a full disk: the backend runs, and the lines that are lost are counted, the last ones kept', async () => {
  mkdirSync(folder);
  symlinkSync('/dev/full', backendLog());
  const { bench, logs } = await start();
  await bench.puppet('flood?100000');
  await bench.puppet('print?last-words');
  await until(() => logs.waiting().includes('last-words'));
  expect(troubles.at(-1)).toMatchObject({ code: 'ENOSPC', file: 'backend.log' });
  const kept = logs.waiting().split('\n').length - 1;
  expect(logs.trouble().dropped).toBe(100_001 - kept);
  expect(kept).toBeGreaterThan(20_000);
  expect(bench.supervisor.current()).toMatchObject({ state: 'healthy', generation: 1, crashes: 0 });
});

test('a disk that stands still: the pipe is drained all the same, and probes pass', async () => {
  mkdirSync(folder);
  execFileSync('mkfifo', [backendLog()]);
  // Reads nothing: 64 KiB fit in.
  const reader = openSync(backendLog(), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { bench, logs } = await start();
    await bench.puppet('flood?100000');
    await bench.puppet('print?last-words');
    await until(() => logs.waiting().includes('last-words'));
    expect(troubles.at(-1)).toMatchObject({ code: 'SLOW' });
    expect(logs.trouble().dropped).toBeGreaterThan(0);
    expect(bench.log.filter(({ message }) => message === 'health probe missed')).toEqual([]);
    expect(bench.supervisor.current()).toMatchObject({ state: 'healthy', generation: 1, crashes: 0 });
  } finally {
    closeSync(reader);
  }
});

test('a log that somebody deletes goes on in a new file', async () => {
  const { bench } = await start();
  await bench.puppet('print?before');
  await until(() => readFileSync(backendLog(), 'utf8').includes('before'));
  unlinkSync(backendLog());
  await bench.puppet('print?after');
  await until(() => readdirSync(folder).includes('backend.log') && readFileSync(backendLog(), 'utf8').includes('after'));
  expect(readFileSync(backendLog(), 'utf8')).toMatch(/^\S+ WARN stderr after\n$/);
});

// Memory has room for a busy computer here; the figure itself is in the bench.
const MEMORY_MB = 48;

test('100 MB on stdout: memory stays, probes pass, and no line is lost', async () => {
  const lines = 1_000_000;
  const userData = path.dirname(folder);
  const job = { spec, lines, placeholders: { python: PYTHON, resources: ROOT, app: ROOT, userData } };
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'tests/fixtures/logging-app.mjs'), JSON.stringify(job)]);
  const { memoryMb, ...rest } = JSON.parse(stdout) as { memoryMb: number; missed: number; state: string };
  expect(rest).toMatchObject({ missed: 0, state: 'healthy', generation: 1, crashes: 0 });
  expect(memoryMb).toBeLessThanOrEqual(MEMORY_MB);
  const numbers = readdirSync(folder).filter((name) => name.startsWith('backend.')).flatMap((name) => {
    const text = readFileSync(path.join(folder, name), 'latin1');
    return [...text.matchAll(/^\S{24} INFO stdout (\d{9}) \.{89}$/gm)].map(([, number]) => Number(number));
  });
  // 20,000 of them to warm up.
  expect(numbers).toHaveLength(lines + 20_000);
  expect(new Set(numbers).size).toBe(lines);
  for (const name of readdirSync(folder)) expect(readFileSync(path.join(folder, name)).length).toBeLessThanOrEqual(20 * 1024 * 1024);
});
