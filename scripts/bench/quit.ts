/** Row: from the wish to quit to the end of the app, against the backend's own shutdown and the quit of an empty Electron window. */
import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../setup/paths.mjs';
import { startBareBackend } from './backend.ts';
import { spawnForBench, type SpawnedApp } from './electron.ts';
import { median, milliseconds, type Row } from './statistics.ts';
import { isHealthy } from './supervised.ts';

const REACH_MS = 50;
/** A quit in the middle of the start also ends what the start is still doing: both apps are at rest. */
const SETTLE_MS = 1_000;

async function quit(app: SpawnedApp): Promise<number> {
  await sleep(SETTLE_MS);
  const ended = once(app.child, 'exit');
  const from = performance.now();
  app.child.kill('SIGTERM');
  await ended;
  const ms = performance.now() - from;
  await app.end();
  return ms;
}

async function bareShutdown(): Promise<number> {
  const backend = await startBareBackend();
  const from = performance.now();
  await fetch(`${backend.base}/api/shutdown`, { method: 'POST', headers: backend.headers });
  await backend.ended;
  const ms = performance.now() - from;
  await backend.close();
  return ms;
}

export async function benchQuit(runs: number): Promise<Row[]> {
  const samples = { ours: [] as number[], empty: [] as number[], backend: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    samples.ours.push(await quit(await spawnForBench((userData) => [ROOT, '--user-data', userData], isHealthy)));
    samples.empty.push(await quit(await spawnForBench((userData) => [path.join(ROOT, 'tests/fixtures/empty-window'), userData], (_userData, printed) => printed.includes('shown'))));
    samples.backend.push(await bareShutdown());
  }
  const over = median(samples.ours) - median(samples.backend) - median(samples.empty);
  return [{
    what: 'quit → gone', measured: `${milliseconds(median(samples.ours))} = limit ${over < 0 ? '−' : '+'} ${milliseconds(Math.abs(over))}`,
    limit: `backend's own shutdown ${milliseconds(median(samples.backend))} + quit of an empty window ${milliseconds(median(samples.empty))}`,
    reach: `+≤${REACH_MS} ms`, ok: over <= REACH_MS, samples,
  }];
}
