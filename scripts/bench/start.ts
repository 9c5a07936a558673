/** Rows: from the app's start to "Ready" and to a painted window, against an empty Electron window and the bare backend. */
import path from 'node:path';
import { ROOT } from '../setup/paths.mjs';
import { startBareBackend } from './backend.ts';
import { heardAt, paintedAt, startForBench } from './electron.ts';
import { median, milliseconds, type Row } from './statistics.ts';
import { isHealthy } from './supervised.ts';

const REACH = 1.15;

async function product(): Promise<{ readyMs: number; paintMs: number }> {
  const app = await startForBench((userData) => [ROOT, '--user-data', userData], isHealthy);
  const readyMs = (await heardAt(app.page, 'healthy', 1)) - app.spawnedAt;
  const paintMs = (await paintedAt(app.page)) - app.spawnedAt;
  await app.close();
  return { readyMs, paintMs };
}

async function emptyWindow(): Promise<{ firstJsMs: number; paintMs: number }> {
  const app = await startForBench((userData) => [path.join(ROOT, 'tests/fixtures/empty-window'), userData], (_userData, printed) => printed.includes('\n'));
  const paintMs = (await paintedAt(app.page)) - app.spawnedAt;
  const firstJsMs = Number(/first-js (\d+)/.exec(app.printed())?.[1]) - app.spawnedAt;
  await app.close();
  return { firstJsMs, paintMs };
}

/** From the spawn of the backend alone to its first 200, in milliseconds. */
async function bareBackend(): Promise<number> {
  const backend = await startBareBackend();
  await backend.close();
  return backend.readyMs;
}

/** The three are measured in turn, so that a machine that slows down slows all of them. */
export async function benchStart(runs: number): Promise<Row[]> {
  const samples = { ready: [] as number[], paint: [] as number[], emptyPaint: [] as number[], firstJs: [] as number[], bare: [] as number[] };
  await product();
  for (let run = 0; run < runs; run += 1) {
    const ours = await product();
    const empty = await emptyWindow();
    samples.bare.push(await bareBackend());
    samples.ready.push(ours.readyMs);
    samples.paint.push(ours.paintMs);
    samples.emptyPaint.push(empty.paintMs);
    samples.firstJs.push(empty.firstJsMs);
  }
  const earliest = median(samples.firstJs) + median(samples.bare);
  const limit = Math.max(earliest, median(samples.emptyPaint));
  const ready = median(samples.ready) / limit;
  const paint = median(samples.paint) / median(samples.emptyPaint);
  return [
    {
      what: 'app started → renderer shows Ready',
      measured: `${milliseconds(median(samples.ready))} = ${ready.toFixed(2)} ×`,
      limit: `larger of: empty window ${milliseconds(median(samples.emptyPaint))}; first JavaScript ${milliseconds(median(samples.firstJs))} + bare backend ${milliseconds(median(samples.bare))}`,
      reach: `≤${REACH} ×`, ok: ready <= REACH, samples,
    },
    {
      what: 'app started → window painted',
      measured: `${milliseconds(median(samples.paint))} = ${paint.toFixed(2)} ×`,
      limit: `empty window ${milliseconds(median(samples.emptyPaint))}`,
      reach: `≤${REACH} ×`, ok: paint <= REACH, samples: { paint: samples.paint, emptyPaint: samples.emptyPaint },
    },
  ];
}
