/** Row: from SIGKILL of the app until none of its processes is left: Electron's own helpers, the backend, and whatever that started. */
import { ROOT } from '../setup/paths.mjs';
import { spawnForBench } from './electron.ts';
import { median, milliseconds, percentile, type Row } from './statistics.ts';
import { isHealthy, processes } from './supervised.ts';

const REACH_MS = 250;
const LIMIT_MS = 10_000;

export async function benchKilled(kills: number): Promise<Row[]> {
  const samples: number[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const app = await spawnForBench((userData) => [ROOT, '--user-data', userData], isHealthy);
    const pid = app.child.pid ?? -1;
    const all = [pid, ...processes.descendantsOf(pid)].map(processes.namedFor);
    app.child.kill('SIGKILL');
    samples.push(await processes.untilGone(all, LIMIT_MS) ?? LIMIT_MS);
    await app.end();
  }
  const worst = percentile(samples, 0.99);
  return [{
    what: 'app SIGKILLed → nothing left', measured: `${milliseconds(median(samples))} median, ${milliseconds(worst)} p99 of ${samples.length}`, limit: '–',
    reach: `≤${REACH_MS} ms p99`, ok: worst <= REACH_MS, samples: { samples },
  }];
}
