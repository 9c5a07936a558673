/** Rows: from a backend that hangs to the first signal it is sent, by the poll alone, and while a person waits for an answer. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { VENV_PYTHON } from '../setup/paths.mjs';
import { BACKEND } from './backend.ts';
import { heardAt, type BenchApp } from './electron.ts';
import { percentile, type Row } from './statistics.ts';
import { loggedAt, servingPid, startSupervised } from './supervised.ts';

/** 30 s to the next poll, 5 s for its answer, three attempts of 1 s + 2 s. */
const POLL_ALONE_S = 44;
/** 1 s until a request counts as unanswered, then the same. */
const WITH_REQUEST_S = 15;
/** Timers fire late, the log has whole milliseconds. */
const SLACK_S = 0.25;

/** Stops the backend, does `meanwhile`, and gives the seconds until the app began to end it. */
async function hang(app: BenchApp, generation: number, meanwhile: () => Promise<void>): Promise<number> {
  const pid = await servingPid(app.page);
  const stoppedAt = Date.now();
  process.kill(pid, 'SIGSTOP');
  await meanwhile();
  const found = await loggedAt(app.userData, 'signal to the backend', stoppedAt);
  await heardAt(app.page, 'healthy', generation + 1);
  return (found - stoppedAt) / 1_000;
}

/** A library with something in it has a search box, whose request then waits for the backend that hangs. */
async function addDocument(app: BenchApp): Promise<void> {
  const pdf = path.join(app.userData, 'bench.pdf');
  execFileSync(VENV_PYTHON, ['-m', 'tests.fixtures.make_pdf', pdf, '--pages', '1'], { cwd: BACKEND, stdio: 'ignore' });
  await app.page.locator('input[type=file]').first().setInputFiles({ name: 'bench.pdf', mimeType: 'application/pdf', buffer: readFileSync(pdf) });
  await app.page.getByRole('searchbox').waitFor();
}

const row = (what: string, samples: readonly number[], limitS: number, limit: string): Row => {
  const worst = percentile(samples, 1);
  return { what, measured: `${worst.toFixed(1)} s, the longest of ${samples.length}`, limit, reach: 'at most that', ok: worst <= limitS + SLACK_S, samples: { seconds: samples } };
};

export async function benchHang(withRequest: number): Promise<Row[]> {
  const app = await startSupervised();
  const nothing = async (): Promise<void> => {};
  const alone = [await hang(app, 1, nothing)];
  await addDocument(app);
  const requested: number[] = [];
  for (let run = 0; run < withRequest; run += 1) {
    requested.push(await hang(app, run + 2, async () => { await app.page.getByRole('searchbox').fill(`music ${run}`); }));
  }
  await app.close();
  return [
    row('backend hangs → found, by the poll alone', alone, POLL_ALONE_S, '30 s + 5 s + 3 × 3 s'),
    row('backend hangs → found, with a request in flight', requested, WITH_REQUEST_S, '1 s + 5 s + 3 × 3 s'),
  ];
}
