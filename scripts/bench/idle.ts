/** Rows: what a healthy app costs while nobody uses it, beside an empty Electron window that is idle at the same time. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../setup/paths.mjs';
import { spawnForBench } from './electron.ts';
import type { Row } from './statistics.ts';
import { isHealthy, processes } from './supervised.ts';

const CPU_PERCENT = 0.1;
const MEMORY_MB = 25;
/** After the start's own work (thumbnails of code, the first garbage collections) is over. */
const SETTLE_MS = 10_000;
const MEASURE_MS = 60_000;

/** Milliseconds on a processor so far, of all threads of all these processes. */
function cpuMs(pids: readonly number[]): number {
  const ns = pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])));
  return ns.reduce((sum, one) => sum + one, 0) / 1_000_000;
}

/**
 * Memory in MB. `own` is what the process has allocated. The rest of `resident` is pages of Electron's file, which all its processes share; how many of them
 * are counted for one is the kernel's choice: two runs of the same empty window differ by 50 MB.
 */
function memoryMb(pid: number): { readonly own: number; readonly resident: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024;
  return { own: of('RssAnon'), resident: of('VmRSS') };
}

export async function benchIdle(): Promise<Row[]> {
  const ours = await spawnForBench((userData) => [ROOT, '--user-data', userData], isHealthy);
  const empty = await spawnForBench((userData) => [path.join(ROOT, 'tests/fixtures/empty-window'), userData], (_userData, printed) => printed.includes('shown'));
  await sleep(SETTLE_MS);
  const pidOf = ({ child }: typeof ours): number => child.pid ?? -1;
  const trees = [ours, empty].map((app) => [pidOf(app), ...processes.descendantsOf(pidOf(app))]);
  const before = trees.map(cpuMs);
  await sleep(MEASURE_MS);
  const [oursPercent = Number.NaN, emptyPercent = Number.NaN] = trees.map((pids, index) => ((cpuMs(pids) - (before[index] ?? 0)) / MEASURE_MS) * 100);
  const [oursMb, emptyMb] = [memoryMb(pidOf(ours)), memoryMb(pidOf(empty))];
  await ours.end();
  await empty.end();
  const percent = oursPercent - emptyPercent;
  const mb = oursMb.own - emptyMb.own;
  return [
    {
      what: 'healthy for 60 s: CPU of all processes', measured: `${oursPercent.toFixed(3)} % of a core = limit + ${percent.toFixed(3)} %`, limit: `empty window ${emptyPercent.toFixed(3)} %`,
      reach: `+≤${CPU_PERCENT} %`, ok: percent <= CPU_PERCENT, samples: { ours: [oursPercent], empty: [emptyPercent] },
    },
    {
      what: 'memory of main, its own', measured: `${oursMb.own.toFixed(1)} MB = limit + ${mb.toFixed(1)} MB (resident ${oursMb.resident.toFixed(0)} MB)`,
      limit: `main of an empty window ${emptyMb.own.toFixed(1)} MB (resident ${emptyMb.resident.toFixed(0)} MB)`,
      reach: `+≤${MEMORY_MB} MB`, ok: mb <= MEMORY_MB, samples: { ours: [oursMb.own, oursMb.resident], empty: [emptyMb.own, emptyMb.resident] },
    },
  ];
}
