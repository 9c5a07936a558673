/** Rows: 100 MB that the backend prints, into its log: against `cat > file` of the same output, and what it costs in memory. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT, VENV_PYTHON } from '../setup/paths.mjs';
import { median, type Row } from './statistics.ts';

const REACH = 0.5;
const MEMORY_MB = 20;
const LINES = 1_000_000;
const BACKENDS = path.join(ROOT, 'tests/fixtures/backends');

function ours(userData: string): { seconds: number; memoryMb: number } {
  const spec = {
    name: 'Flood', command: { development: [VENV_PYTHON, '-S', '-E', path.join(BACKENDS, 'puppet.py')] }, arguments: ['--port', '{port}'],
    environment: { PUPPET_TOKEN: '{token}' }, shutdown: { path: '/api/shutdown' }, identity: 'proof',
  };
  const job = { spec, lines: LINES, placeholders: { python: VENV_PYTHON, resources: ROOT, app: ROOT, userData } };
  return JSON.parse(execFileSync(process.execPath, [path.join(ROOT, 'tests/fixtures/logging-app.mjs'), JSON.stringify(job)], { encoding: 'utf8' })) as { seconds: number; memoryMb: number };
}

function cat(folder: string): number {
  const startedAt = performance.now();
  execFileSync('/bin/sh', ['-c', '"$0" -S "$1" "$2" | cat > "$3"', VENV_PYTHON, path.join(BACKENDS, 'flood.py'), String(LINES), path.join(folder, 'cat.log')]);
  return (performance.now() - startedAt) / 1_000;
}

export async function benchFlood(runs: number): Promise<Row[]> {
  const samples = { ours: [] as number[], cat: [] as number[], memory: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'pocketmusec-bench-'));
    samples.cat.push(cat(folder));
    const { seconds, memoryMb } = ours(folder);
    samples.ours.push(seconds);
    samples.memory.push(memoryMb);
    rmSync(folder, { recursive: true, force: true });
  }
  const share = median(samples.cat) / median(samples.ours);
  const mb = median(samples.memory);
  return [
    {
      what: '100 MB of output into the log', measured: `${median(samples.ours).toFixed(2)} s = ${share.toFixed(2)} ×`, limit: `cat > file ${median(samples.cat).toFixed(2)} s`,
      reach: `≥${REACH} ×`, ok: share >= REACH, samples: { ours: samples.ours, cat: samples.cat },
    },
    {
      what: 'memory of main during that', measured: `+${mb.toFixed(1)} MB`, limit: '–',
      reach: `+≤${MEMORY_MB} MB`, ok: mb <= MEMORY_MB, samples: { memory: samples.memory },
    },
  ];
}
