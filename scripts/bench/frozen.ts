/** Rows: the backend as PyInstaller makes it, against `python -m` of the same: start to first 200, size, memory at rest. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKEND, buildBackend, SINGLE_FILE } from '../backend.ts';
import { ROOT } from '../setup/paths.mjs';
import { SOURCE, startBareBackend } from './backend.ts';
import { median, milliseconds, type Row } from './statistics.ts';

const REACH = 1.15;
const SIZE_REACH_MIB = 80;
const MEMORY_REACH_MIB = 60;
const REST_MS = 2_000;
const MIB = 2 ** 20;

const executable = (folder: string): string => path.join(ROOT, folder, process.platform === 'win32' ? 'main.exe' : 'main');
const sizeMib = (folder: string): number => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  .map((name) => lstatSync(path.join(ROOT, folder, name))).filter((stat) => stat.isFile()).reduce((sum, { size }) => sum + size, 0) / MIB;

async function startMs(command: readonly string[]): Promise<number> {
  const backend = await startBareBackend(command);
  await backend.close();
  return backend.readyMs;
}

/** MiB of the process and its descendants, each page divided among those that share it. Linux only. */
function memoryMib(pid: number): number {
  const own = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number));
  return Number(own) / 1_024 + children.reduce((sum, child) => sum + memoryMib(child), 0);
}

/** As the app runs it, the warden included. */
async function memoryAtRest(): Promise<number> {
  const backend = await startBareBackend([executable(BACKEND)], { POCKETMUSEC_WARDEN: '1' });
  await sleep(REST_MS);
  const mib = memoryMib(backend.pid);
  await backend.close();
  return mib;
}

/** The forms are started in turn, so that a machine that slows down slows all of them. */
export async function benchFrozen(runs: number): Promise<Row[]> {
  await buildBackend(BACKEND);
  await buildBackend(SINGLE_FILE);
  const forms = { source: SOURCE, folder: [executable(BACKEND)], file: [executable(SINGLE_FILE)] };
  const samples = { source: [] as number[], folder: [] as number[], file: [] as number[] };
  // The first start of each reads it from the disk.
  for (const command of Object.values(forms)) await startMs(command);
  for (let run = 0; run < runs; run += 1) for (const form of ['source', 'folder', 'file'] as const) samples[form].push(await startMs(forms[form]));
  const [source, folder, file] = [median(samples.source), median(samples.folder), median(samples.file)];
  const memory = process.platform === 'linux' ? [await memoryAtRest(), await memoryAtRest(), await memoryAtRest()] : [];
  const [folderMib, fileMib] = [sizeMib(BACKEND), sizeMib(SINGLE_FILE)];
  return [
    {
      what: 'frozen backend, start to first 200', measured: `${milliseconds(folder)} = ${(folder / source).toFixed(2)} ×`, limit: `python -m ${milliseconds(source)}`,
      reach: `≤${REACH} ×`, ok: folder / source <= REACH, samples,
    },
    {
      what: 'frozen backend, size', measured: `${folderMib.toFixed(1)} MiB`, limit: '200 MB required',
      reach: `≤${SIZE_REACH_MIB} MiB`, ok: folderMib <= SIZE_REACH_MIB, samples: { folderMib: [folderMib] },
    },
    ...(memory.length === 0 ? [] : [{
      what: 'frozen backend, memory at rest', measured: `${median(memory).toFixed(1)} MiB`, limit: '–',
      reach: `≤${MEMORY_REACH_MIB} MiB`, ok: median(memory) <= MEMORY_REACH_MIB, samples: { memory },
    }]),
    {
      what: 'the single file beside it', measured: `${milliseconds(file)} = ${(file / folder).toFixed(2)} ×; ${fileMib.toFixed(1)} MiB`, limit: `the folder ${milliseconds(folder)}; ${folderMib.toFixed(1)} MiB`,
      reach: '–', ok: true, samples: { file: samples.file },
    },
  ];
}
