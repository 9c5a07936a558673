/** Rows: from the death of the backend to the page that knows it, and to "Ready" again. */
import { startBareBackend } from './backend.ts';
import { heardAt } from './electron.ts';
import { median, milliseconds, percentile, type Row } from './statistics.ts';
import { servingPid, startSupervised } from './supervised.ts';

const TOLD_MEDIAN_MS = 20;
const TOLD_P99_MS = 100;
const READY_MS = 50;
/** The wait before a restart, by the requirements. */
const DELAY_MS = 2_000;

export async function benchCrash(kills: number): Promise<Row[]> {
  const app = await startSupervised();
  const samples = { told: [] as number[], ready: [] as number[], bare: [] as number[] };
  for (let generation = 1; generation <= kills; generation += 1) {
    const pid = await servingPid(app.page);
    const killedAt = performance.timeOrigin + performance.now();
    process.kill(pid, 'SIGKILL');
    samples.ready.push((await heardAt(app.page, 'healthy', generation + 1)) - killedAt);
    samples.told.push((await heardAt(app.page, 'crashed', generation)) - killedAt);
    // In turn, so that a machine that slows down slows both.
    const bare = await startBareBackend();
    samples.bare.push(bare.readyMs);
    await bare.close();
  }
  await app.close();
  const told = median(samples.told);
  const worst = percentile(samples.told, 0.99);
  const over = median(samples.ready) - DELAY_MS - median(samples.bare);
  return [
    {
      what: 'backend killed → renderer told', measured: `${milliseconds(told)} median, ${milliseconds(worst)} p99 of ${samples.told.length}`, limit: '–',
      reach: `≤${TOLD_MEDIAN_MS} ms median, ${TOLD_P99_MS} ms p99`, ok: told <= TOLD_MEDIAN_MS && worst <= TOLD_P99_MS, samples: { told: samples.told },
    },
    {
      what: 'backend killed → Ready again', measured: `${milliseconds(median(samples.ready))} = limit ${over < 0 ? '−' : '+'} ${milliseconds(Math.abs(over))}`,
      limit: `2 s + bare backend ${milliseconds(median(samples.bare))}`, reach: `+≤${READY_MS} ms`, ok: over <= READY_MS, samples: { ready: samples.ready, bare: samples.bare },
    },
  ];
}
