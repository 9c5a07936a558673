/** Row: pages a second of an import over HTTP, from upload to searchable, against pdfplumber reading the same tables alone. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VENV_PYTHON } from '../setup/paths.mjs';
import { BACKEND, startBareBackend } from './backend.ts';
import { median, type Row } from './statistics.ts';

const REACH = 0.8;
const PAGES = 50;

/** Seconds for pdfplumber alone, without the start of Python. */
function alone(pdf: string): number {
  const program = `
import sys, time, pdfplumber
start = time.perf_counter()
with pdfplumber.open(sys.argv[1]) as pdf:
    for page in pdf.pages:
        page.extract_tables()
        page.close()
print(time.perf_counter() - start)`;
  return Number(execFileSync(VENV_PYTHON, ['-c', program, pdf], { encoding: 'utf8' }));
}

/** Seconds from the upload's first byte to `imported`. */
async function ours(base: string, headers: Readonly<Record<string, string>>, pdf: string): Promise<number> {
  const form = new FormData();
  form.set('file', new Blob([readFileSync(pdf)], { type: 'application/pdf' }), 'bench.pdf');
  const startedAt = performance.now();
  const posted = (await (await fetch(`${base}/api/documents`, { method: 'POST', headers, body: form })).json()) as { id: string };
  for (;;) {
    const document = (await (await fetch(`${base}/api/documents/${posted.id}`, { headers })).json()) as { state: string; error: unknown };
    if (document.state === 'imported') break;
    if (document.state === 'failed') throw new Error(`The import failed: ${JSON.stringify(document.error)}`);
    await sleep(10);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await fetch(`${base}/api/documents/${posted.id}`, { method: 'DELETE', headers });
  return seconds;
}

export async function benchImport(runs: number): Promise<Row[]> {
  const { base, folder, headers, close } = await startBareBackend();
  const pdf = path.join(folder, 'bench.pdf');
  execFileSync(VENV_PYTHON, ['-m', 'tests.fixtures.make_pdf', pdf, '--pages', String(PAGES)], { cwd: BACKEND, stdio: 'ignore' });
  const samples = { ours: [] as number[], alone: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    samples.alone.push(PAGES / alone(pdf));
    samples.ours.push(PAGES / (await ours(base, headers, pdf)));
  }
  await close();
  const share = median(samples.ours) / median(samples.alone);
  return [{
    what: `import of ${PAGES} pages`,
    measured: `${median(samples.ours).toFixed(1)} pages/s = ${share.toFixed(2)} ×`,
    limit: `pdfplumber alone ${median(samples.alone).toFixed(1)} pages/s`,
    reach: `≥${REACH} ×`, ok: share >= REACH, samples,
  }];
}
