/** Row: from the first moment at which the backend could answer 200 to the renderer knowing it is healthy. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, VENV_PYTHON } from '../setup/paths.mjs';
import { heardAt, startForBench } from './electron.ts';
import { median, milliseconds, percentile, type Row } from './statistics.ts';

const REACH_MEDIAN_MS = 10;
const REACH_P99_MS = 30;

/** When each generation began to listen, by the puppet's own word in the log. */
function listeningAt(userData: string): number[] {
  try {
    return [...readFileSync(path.join(userData, 'logs/backend.log'), 'utf8').matchAll(/LISTENING ([\d.]+)/g)].map(([, at]) => Number(at));
  } catch {
    return [];
  }
}

/** Restarts a small backend that binds late, as most servers do: the harder case for whoever waits for it. */
export async function benchReady(restarts: number): Promise<Row[]> {
  const samples: number[] = [];
  const app = await startForBench((userData) => {
    const spec = path.join(userData, 'late.json');
    writeFileSync(spec, JSON.stringify({
      name: 'Late', command: { development: [VENV_PYTHON, '-S', '-E', path.join(ROOT, 'tests/fixtures/backends/puppet.py')] },
      arguments: ['--port', '{port}'], environment: { PUPPET_TOKEN: '{token}', PUPPET_START: 'late' },
      shutdown: { path: '/api/shutdown' }, identity: 'proof',
    }));
    return [ROOT, '--user-data', userData, '--backend-spec', spec];
  }, (userData) => listeningAt(userData).length === 1);
  for (let generation = 2; generation <= restarts + 1; generation += 1) {
    await app.page.evaluate(async () => {
      await (globalThis as unknown as { electronAPI: { sendBackendCommand: (command: string) => Promise<void> } }).electronAPI.sendBackendCommand('RESTART');
    });
    const heard = await heardAt(app.page, 'healthy', generation);
    const listening = listeningAt(app.userData)[generation - 1];
    if (listening !== undefined) samples.push(heard - listening);
  }
  await app.close();
  const middle = median(samples);
  const worst = percentile(samples, 0.99);
  return [{
    what: 'first possible 200 → renderer has healthy',
    measured: `${milliseconds(middle)} median, ${milliseconds(worst)} p99 of ${samples.length}`,
    limit: 'the 500 ms poll alone would take 250 ms on average',
    reach: `≤${REACH_MEDIAN_MS} ms median, ${REACH_P99_MS} ms p99`, ok: middle <= REACH_MEDIAN_MS && worst <= REACH_P99_MS, samples: { samples },
  }];
}
