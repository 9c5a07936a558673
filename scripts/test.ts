/** `npm test`: runs the suites, two at a time where that can't make them flaky, and ends with one line over all. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from './exit-code.ts';
import { countOf, type Outcome, type TestResult } from './reports.ts';
import { updateRequirements } from './requirements.ts';
import { ROOT } from './setup/paths.mjs';
import { forwardSignals, followParent } from './setup/signals.mjs';
import { SUITES, type Command, type Suite } from './suites.ts';

const LANES = 2;
const STILL_RUNNING_EVERY_MS = 20_000;
const MESSAGE_LINES = 40;
const OUTPUT_LINES = 60;

interface Finished {
  readonly name: string;
  readonly outcome: Outcome;
  readonly seconds: number;
}

const running = new Map<ChildProcess, string>();
const startedAt = performance.now();
let interrupted = false;

/** Runs a suite to its end. Output is kept, and shown when something failed that no report tells of. */
async function runSuite(suite: Suite): Promise<Finished> {
  const from = performance.now();
  if (suite.report !== undefined) fs.rmSync(path.join(ROOT, suite.report), { force: true });
  const output: string[] = [];
  let ok = true;
  for (const command of suite.commands) {
    ok = await runCommand(command, suite.name, output);
    if (!ok || interrupted) break;
  }
  const finished = { name: suite.name, outcome: outcomeOf(suite, ok, output.join('')), seconds: (performance.now() - from) / 1000 };
  tell(finished);
  return finished;
}

/** A report is believed only together with the exit code: without tests, or with failures outside of tests, there is a failed check. */
function outcomeOf(suite: Suite, ok: boolean, output: string): Outcome {
  const failed = (title: string): TestResult => ({ file: suite.name, title, state: 'failed', message: lastLines(output) });
  if (suite.read === undefined) return { tests: [ok ? { file: suite.name, title: suite.name, state: 'passed' } : failed(suite.name)] };
  const outcome = suite.read();
  if (outcome === undefined || outcome.tests.length === 0) return { tests: [failed('there are no tests, or they could not run')] };
  if (!ok && countOf(outcome, 'failed') === 0) return { tests: [...outcome.tests, failed('its program failed although no test did')] };
  return outcome;
}

async function runCommand({ program, args, cwd = '.' }: Command, suite: string, output: string[]): Promise<boolean> {
  output.push(`$ ${[program, ...args].map((word) => path.isAbsolute(word) ? path.relative(ROOT, word) : word).join(' ')}\n`);
  const child = spawn(program, args, {
    cwd: path.join(ROOT, cwd),
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    detached: process.platform !== 'win32',
  });
  running.set(child, suite);
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output.push(text); });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { output.push(text); });
  try {
    const [code] = await once(child, 'close') as [number | null];
    return code === 0;
  } catch (error) {
    output.push(String(error));
    return false;
  } finally {
    running.delete(child);
  }
}

/** Those that can share the machine first, in lanes; then the others, one by one. */
async function runAll(suites: readonly Suite[]): Promise<Finished[]> {
  const waiting = suites.filter(({ alone }) => !alone);
  const finished: Finished[] = [];
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let suite = waiting.shift(); suite !== undefined && !interrupted; suite = waiting.shift()) finished.push(await runSuite(suite));
  }));
  for (const suite of suites.filter(({ alone }) => alone)) if (!interrupted) finished.push(await runSuite(suite));
  return SUITES.flatMap(({ name }) => finished.filter((one) => one.name === name));
}

function tell({ name, outcome, seconds }: Finished): void {
  const failed = countOf(outcome, 'failed');
  const skipped = countOf(outcome, 'skipped');
  const parts = [`${countOf(outcome, 'passed')} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  print(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s  ${parts.join(', ')}`);
  for (const test of outcome.tests) {
    if (test.state !== 'failed') continue;
    const lines = (test.message ?? '').trimEnd().split('\n');
    const cut = lines.length > MESSAGE_LINES && test.file !== name;
    print(`\n  ✗ ${test.file}: ${test.title}\n${(cut ? [...lines.slice(0, MESSAGE_LINES), '…'] : lines).map((line) => `    ${line}`).join('\n')}\n`);
  }
}

function choose(only: string | undefined): readonly Suite[] {
  if (only === undefined) return SUITES;
  const names = only.split(',');
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) throw new Error(`No suite ${unknown.join(', ')}. There are: ${SUITES.map(({ name }) => name).join(', ')}`);
  return SUITES.filter(({ name }) => names.includes(name));
}

function endAll(signal: NodeJS.Signals): void {
  for (const child of running.keys()) child.kill(signal);
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const suites = choose(values.only);
  fs.mkdirSync(path.join(ROOT, 'reports'), { recursive: true });
  const stop = (signal: NodeJS.Signals): void => {
    if (!interrupted) endAll(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    interrupted = true;
  };
  forwardSignals(stop);
  followParent(() => { stop('SIGTERM'); });
  const ticker = setInterval(() => {
    print(`  … ${[...running.values()].join(', ')} (${Math.round((performance.now() - startedAt) / 1000)} s)`);
  }, STILL_RUNNING_EVERY_MS);

  const finished = await runAll(suites);
  clearInterval(ticker);
  if (interrupted) return 130;

  if (suites.length === SUITES.length) {
    const wrong = updateRequirements(finished.flatMap(({ outcome }) => outcome.tests), { ci: process.env.CI !== undefined });
    const test: TestResult = { file: 'requirements', title: 'requirements', state: wrong.length > 0 ? 'failed' : 'passed', message: wrong.join('\n') };
    const traced = { name: 'requirements', outcome: { tests: [test] }, seconds: 0 };
    tell(traced);
    finished.push(traced);
  }
  return summarise(finished);
}

/** The table, and the one line that everybody reads. */
function summarise(finished: readonly Finished[]): number {
  const total = (state: TestResult['state']) => finished.reduce((sum, { outcome }) => sum + countOf(outcome, state), 0);
  print(`\n${'suite'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(8)}${'seconds'.padStart(10)}`);
  for (const { name, outcome, seconds } of finished) {
    const counts = (['passed', 'failed', 'skipped'] as const).map((state) => String(countOf(outcome, state)).padStart(8)).join('');
    print(`${name.padEnd(14)}${counts}${seconds.toFixed(1).padStart(10)}`);
  }
  print(`${'in all'.padEnd(14)}${''.padStart(24)}${((performance.now() - startedAt) / 1000).toFixed(1).padStart(10)}\n`);
  print(`${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') > 0 ? 1 : 0;
}

await runMain(main);
