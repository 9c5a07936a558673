/** What became of the tests that the table of faults names, with their times. */
import fs from 'node:fs';
import path from 'node:path';
import type { Evidence } from '../../tests/faults/table.ts';
import { junitOutcome } from '../reports.ts';
import { ROOT } from '../setup/paths.mjs';
import { isFrom } from './titles.ts';

export interface Result {
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
  readonly ms: number;
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly duration?: number | null }[];
  }[];
}

export function jestResults(report: string): Result[] {
  if (!fs.existsSync(report)) return [];
  const { testResults } = JSON.parse(fs.readFileSync(report, 'utf8')) as JestReport;
  return testResults.flatMap(({ name, assertionResults }) => assertionResults.map(({ fullName, status, duration }) => ({
    file: path.relative(ROOT, name).split(path.sep).join('/'), title: fullName, passed: status === 'passed', ms: duration ?? 0,
  })));
}

export function pytestResults(report: string): Result[] {
  const times = fs.existsSync(report) ? [...fs.readFileSync(report, 'utf8').matchAll(/<testcase\b[^>]*\btime="([\d.]+)"/g)].map(([, seconds]) => Number(seconds) * 1_000) : [];
  return (junitOutcome(report)?.tests ?? []).map(({ file, title, state }, index) => ({ file, title, passed: state === 'passed', ms: times[index] ?? 0 }));
}

/** Open where anything is open and nothing failed; a test that is named but did not run has failed. */
export function outcomeOf(evidence: readonly Evidence[], results: readonly Result[]): { state: 'passed' | 'failed' | 'open'; ms: number | null; why: string } {
  const open = evidence.flatMap((one) => ('open' in one ? [one.open] : []));
  const failed: string[] = [];
  let ms: number | null = null;
  for (const one of evidence) {
    if ('open' in one) continue;
    const found = results.filter(({ file, title }) => file === one.file && isFrom(one.title, title, one.file));
    if (found.length === 0 || found.some(({ passed }) => !passed)) failed.push(`${one.file}: ${one.title}`);
    for (const result of found) ms = (ms ?? 0) + result.ms;
  }
  if (failed.length > 0) return { state: 'failed', ms, why: failed.join('; ') };
  return { state: open.length > 0 ? 'open' : 'passed', ms, why: open.join('; ') };
}
