/**
 * `npm run faults`: runs the tests that the table of faults names, and prints the table with outcome and time.
 * `--levels T1,T2` leaves the window out; `--seed N` plays one random story and one random life again; `--soak` runs them in large numbers.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS, type Level, type Shown } from '../tests/faults/table.ts';
import { runMain, signalNumber } from './exit-code.ts';
import { jestResults, outcomeOf, pytestResults, type Result } from './faults/results.ts';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { forwardSignals } from './setup/signals.mjs';

const LEVELS: readonly Level[] = ['T1', 'T2', 'T3'];
const REPORTS = path.join(ROOT, 'reports');

const { values } = parseArgs({
  options: {
    levels: { type: 'string', default: LEVELS.join() }, seed: { type: 'string' },
    faults: { type: 'string' }, soak: { type: 'boolean', default: false }, sequences: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '1000' },
  },
});
const RANDOM_LIVES = 'tests/process/random-faults';
const STORIES = 'tests/machine/invariants';

async function run(program: string, args: readonly string[], { env = {}, cwd = ROOT }: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Promise<number> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  let asked: NodeJS.Signals | null = null;
  const release = forwardSignals((signal) => {
    asked = signal;
    child.kill(signal);
  });
  const [code] = await once(child, 'exit') as [number | null];
  release();
  // Who ends this run wants none of what would come after it.
  if (asked !== null) process.exit(signalNumber(asked));
  return code ?? 1;
}

function wholeNumber(name: string, text: string): string {
  if (!/^\d+$/.test(text)) throw new Error(`--${name}: found ${text}, allowed is a whole number`);
  return text;
}

/** One story of the machine and one life with real processes. */
async function replay(seed: string): Promise<number> {
  const env = { SEED: wholeNumber('seed', seed) };
  const first = await run('jest', ['--selectProjects', 'machine', '--runInBand', `${STORIES}-1`], { env });
  const second = await run('jest', ['--selectProjects', 'process', '--runInBand', RANDOM_LIVES, '-t', 'random commands and faults'], { env });
  return Math.max(first, second);
}

async function soak(sequences: string, faults: string, kills: string): Promise<number> {
  const first = await run('jest', ['--selectProjects', 'machine', '--maxWorkers=2', STORIES], { env: { SEQUENCES: wholeNumber('sequences', sequences) } });
  const second = await run('jest', ['--selectProjects', 'process', '--runInBand', RANDOM_LIVES], { env: { FAULTS: wholeNumber('faults', faults) } });
  const third = await run(VENV_PYTHON, ['-m', 'pytest', '-s', 'tests/test_kill.py'], { cwd: path.join(ROOT, 'backend-spec'), env: { KILLS: wholeNumber('kills', kills) } });
  return Math.max(first, second, third);
}

/** Which runner a file's tests have; the folder says it. */
function runnerOf(file: string): string {
  if (file.endsWith('.py')) return 'pytest';
  const folder = path.basename(path.dirname(file));
  // Holes that are tried in a window run where there is one.
  return folder === 'window' ? 'e2e' : folder;
}

async function runFiles(runner: string, files: readonly string[], faults: string): Promise<Result[]> {
  const report = path.join(REPORTS, `faults-${runner}.${runner === 'pytest' ? 'xml' : 'json'}`);
  fs.rmSync(report, { force: true });
  if (runner === 'pytest') {
    await run(VENV_PYTHON, ['-m', 'pytest', '-q', '-o', 'junit_family=xunit1', `--junitxml=${report}`, ...files.map((file) => path.relative('backend-spec', file))], { cwd: path.join(ROOT, 'backend-spec') });
    return pytestResults(report);
  }
  const args = ['--selectProjects', runner, '--silent', '--json', `--outputFile=${report}`, runner === 'machine' ? '--maxWorkers=2' : '--runInBand', '--testPathPatterns', ...files];
  if (runner === 'e2e') {
    const script = (name: string): string[] => [path.join(ROOT, 'scripts', name)];
    await run(process.execPath, script('build.ts'));
    await run(process.execPath, [...script('display.ts'), 'jest', ...args]);
  } else await run('jest', args, { env: { FAULTS: faults } });
  return jestResults(report);
}

async function table(levels: readonly Level[], faults: string): Promise<number> {
  fs.mkdirSync(REPORTS, { recursive: true });
  const rows = FAULTS.flatMap(({ number, fault, levels: all }) => levels.flatMap((level) => (all[level] === undefined ? [] : [{ number, fault, level, evidence: all[level] }])));
  const named = rows.flatMap(({ evidence }) => evidence.filter((one): one is Shown => 'file' in one));
  const files = [...new Set(named.map(({ file }) => file))].toSorted();
  const results: Result[] = [];
  for (const runner of new Set(files.map(runnerOf))) results.push(...await runFiles(runner, files.filter((file) => runnerOf(file) === runner), faults));

  const outcomes = rows.map((row) => ({ ...row, ...outcomeOf(row.evidence, results) }));
  const width = Math.max(...rows.map(({ fault }) => fault.length));
  const lines = outcomes.map(({ number, fault, level, state, ms, why }) =>
    `${String(number).padStart(2)}  ${fault.padEnd(width)}  ${level}  ${state.padEnd(6)}  ${(ms === null ? '' : String(Math.round(ms))).padStart(7)}${why === '' ? '' : `  ${why}`}`);
  process.stdout.write(`\n #  ${'fault'.padEnd(width)}  at  outcome      ms\n${lines.join('\n')}\n\n`);
  fs.writeFileSync(path.join(REPORTS, 'faults.json'), `${JSON.stringify(outcomes.map(({ number, fault, level, state, ms, why }) => ({ number, fault, level, state, ms, why })), null, 2)}\n`);
  const count = (state: string): number => outcomes.filter((outcome) => outcome.state === state).length;
  process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('open')} open\n`);
  return count('failed') > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  if (values.seed !== undefined) return await replay(values.seed);
  if (values.soak) return await soak(values.sequences, values.faults ?? '10000', values.kills);
  const levels = values.levels.split(',');
  const unknown = levels.filter((level) => !LEVELS.some((known) => known === level));
  if (unknown.length > 0) throw new Error(`--levels: found ${unknown.join()}, allowed is ${LEVELS.join()}`);
  return await table(LEVELS.filter((level) => levels.includes(level)), wholeNumber('faults', values.faults ?? '500'));
}

await runMain(main);
