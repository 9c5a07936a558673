/**
 * `npm run mutation`: changes the machine in a thousand small ways, one at a time, and asks its tests to notice.
 * Arguments are files of machines/, all without; `--fresh` forgets what earlier runs found.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import strykerConfig from '../tests/machine/mutation/stryker.config.mjs';
import { SURVIVORS } from '../tests/machine/mutation/survivors.ts';
import { runMain } from './exit-code.ts';
import { judge, type MutatedFile } from './mutation/verdict.ts';
import { CACHE, ROOT } from './setup/paths.mjs';
import { fingerprint } from './setup/stamp.mjs';
import { filesBelow } from './sources.ts';

const { thresholds } = strykerConfig;
const MACHINES = path.join(ROOT, 'machines');
const REPORT = path.join(ROOT, 'reports/mutation/mutation.json');
const KNOWN = path.join(CACHE, 'mutation');

interface Report {
  readonly files: Readonly<Record<string, MutatedFile>>;
}

const readReport = (file: string): Report => JSON.parse(fs.readFileSync(file, 'utf8')) as Report;

const { values, positionals } = parseArgs({ options: { fresh: { type: 'boolean', default: false } }, allowPositionals: true });

/** The names of the files to mutate. Throws where one is not there. */
function chosenFiles(names: readonly string[]): string[] {
  const known = fs.readdirSync(MACHINES).toSorted();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`mutation: found ${unknown.join(', ')}, allowed is ${known.join(', ')}`);
  return names.length === 0 ? known : [...names];
}

/**
 * Where Stryker keeps what it found. A mutant stays dead while its code and the test that killed it are the same; everything else is tried again.
 * Stryker does not see changes of what the tests stand on, so that is in the file's name.
 */
function knownResults({ fresh }: { readonly fresh: boolean }): string {
  const ground = filesBelow(['tests/machine/support', 'tests/machine/mutation', 'jest.config.mjs', 'package-lock.json']).filter((file) => !file.endsWith('survivors.ts'));
  const file = path.join(KNOWN, `${fingerprint({ files: ground }).slice(0, 16)}.json`);
  if (fresh) fs.rmSync(KNOWN, { recursive: true, force: true });
  if (!fs.existsSync(file)) return file;
  const report = readReport(file);
  const files = Object.fromEntries(Object.entries(report.files).map(([name, found]) =>
    [name, { ...found, mutants: found.mutants.filter(({ status }) => status === 'Killed') }]));
  fs.writeFileSync(file, JSON.stringify({ ...report, files }));
  return file;
}

async function main(): Promise<number> {
  const files = chosenFiles(positionals);
  fs.rmSync(REPORT, { force: true });
  await new Stryker({
    configFile: 'tests/machine/mutation/stryker.config.mjs',
    mutate: files.map((file) => `machines/${file}`),
    incremental: true,
    incrementalFile: path.relative(ROOT, knownResults(values)),
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'html', 'json'],
  }).runMutationTest();

  const mutated = Object.entries(readReport(REPORT).files).map(([file, found]) => [path.basename(file), found] as const).filter(([file]) => files.includes(file));
  const { counts, score, unexplained, stale } = judge(Object.fromEntries(mutated), SURVIVORS);
  for (const { file, line, mutant } of unexplained) process.stdout.write(`\nNo test notices, in machines/${file}:\n- ${line}\n+ ${mutant}\n`);
  for (const { file, line, mutant } of stale) process.stdout.write(`\nExplained, but it did not survive, in machines/${file}:\n- ${line}\n+ ${mutant}\n`);
  const passed = score >= thresholds.break && unexplained.length === 0 && stale.length === 0;
  if (!passed) process.stdout.write('\nWrite a test that fails with the change, or explain in tests/machine/mutation/survivors.ts why none can.\n');
  process.stdout.write(`\nMutation score ${score.toFixed(1)} % of ${counts.killed + counts.timedOut + counts.survived} mutants (at least ${thresholds.break} %): ${counts.killed} killed, ${counts.timedOut} timed out, ${counts.survived} survived, ${unexplained.length} of them unexplained; ${counts.invalid} more were no machine at all\n`);
  return passed ? 0 : 1;
}

await runMain(main);
