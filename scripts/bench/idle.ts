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

/** Resident memory in MB, shared pages counted in full: both mains share the same ones. */
const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

export async function benchIdle(): Promise<Row[]> {
  const ours = await spawnForBench((userData) => [ROOT, '--user-data', userData], isHealthy);
  const empty = await spawnForBench((userData) => [path.join(ROOT, 'tests/fixtures/empty-window'), userData], (_userData, printed) => printed.includes('shown'));
  await sleep(SETTLE_MS);
  const pidOf = ({ child }: typeof ours): number => child.pid ?? -1;
  const trees = [ours, empty].map((app) => [pidOf(app), ...processes.descendantsOf(pidOf(app))]);
  const before = trees.map(cpuMs);
  await sleep(MEASURE_MS);
  const [oursPercent = Number.NaN, emptyPercent = Number.NaN] = trees.map((pids, index) => ((cpuMs(pids) - (before[index] ?? 0)) / MEASURE_MS) * 100);
  const [oursMb, emptyMb] = [residentMb(pidOf(ours)), residentMb(pidOf(empty))];
  await ours.end();
  await empty.end();
  const percent = oursPercent - emptyPercent;
  const mb = oursMb - emptyMb;
  return [
    {
      what: 'healthy for 60 s: CPU of all processes', measured: `${oursPercent.toFixed(3)} % of a core = limit + ${percent.toFixed(3)} %`, limit: `empty window ${emptyPercent.toFixed(3)} %`,
      reach: `+≤${CPU_PERCENT} %`, ok: percent <= CPU_PERCENT, samples: { ours: [oursPercent], empty: [emptyPercent] },
    },
    {
      what: 'memory of main', measured: `${oursMb.toFixed(0)} MB = limit + ${mb.toFixed(1)} MB`, limit: `main of an empty window ${emptyMb.toFixed(0)} MB`,
      reach: `+≤${MEMORY_MB} MB`, ok: mb <= MEMORY_MB, samples: { ours: [oursMb], empty: [emptyMb] },
    },
  ];
}
