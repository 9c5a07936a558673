/** Row: a search over HTTP among 100,000 standards, against SQLite's FTS5 alone with the same words on the same file. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ROOT, VENV_PYTHON } from '../setup/paths.mjs';
import { startBareBackend } from './backend.ts';
import { milliseconds, percentile, type Row } from './statistics.ts';

const REACH_MS = 20;
const SCRIPT = path.join(ROOT, 'scripts/bench/search.py');
/** What teachers type, each letter of some: rare words and ones that stand in a third of all texts, codes, and several of them. */
const WORDS = ['rhythm', 'sing', 'steady beat', 'call-and-response', 'music', 'the', 'connect', 'improvise a', 'bartok', 'blues riff', 'K.CN.1', 'K.CN', '3.PR.2.1', 'CR.1 compose', 'K', 'nothing here'];
const TYPED = ['melody', 'ensemble'].flatMap((word) => Array.from({ length: word.length }, (_, at) => word.slice(0, at + 1)));
const QUERIES = [...WORDS, ...TYPED];
const NARROWED = ['', '&grade=3', '&strand=CN', '&grade=K&kind=objective', '&offset=40'];

export async function benchSearch(rounds: number): Promise<Row[]> {
  const { base, folder, headers, close } = await startBareBackend();
  const library = path.join(folder, 'pocket_musec.db');
  execFileSync(VENV_PYTHON, [SCRIPT, 'fill', library]);
  const samples = { ours: [] as number[], alone: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    samples.alone.push(...(JSON.parse(execFileSync(VENV_PYTHON, [SCRIPT, 'alone', library, JSON.stringify(QUERIES)], { encoding: 'utf8' })) as number[]));
    for (const narrowed of NARROWED) {
      for (const q of QUERIES) {
        const startedAt = performance.now();
        const answer = await fetch(`${base}/api/standards?q=${encodeURIComponent(q)}${narrowed}`, { headers });
        await answer.json();
        samples.ours.push(performance.now() - startedAt);
        if (!answer.ok) throw new Error(`The search for "${q}" was answered with ${answer.status}.`);
      }
    }
  }
  await close();
  const p95 = percentile(samples.ours, 0.95);
  return [{
    what: 'search among 100,000 standards, p95',
    measured: milliseconds(p95), limit: `FTS5 alone ${milliseconds(percentile(samples.alone, 0.95))}`, reach: `≤${REACH_MS} ms`, ok: p95 <= REACH_MS, samples,
  }];
}
