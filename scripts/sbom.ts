/** `npm run sbom`: writes what the app is made from and with to reports/: two CycloneDX documents, and a list of licences for people. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './setup/exec.mjs';
import { CACHE, ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { fingerprint, isStamped, writeStamp } from './setup/stamp.mjs';
import { perform, SetUpError, type Step } from './setup/step.mjs';
import { LOOKED_AT, nodePackages, pythonPackages, type Package } from './supply-chain/licences.ts';

const REPORTS = path.join(ROOT, 'reports');
const TOOL = path.join(CACHE, 'sbom');
const REQUIREMENTS = path.join(ROOT, 'backend-spec/sbom/requirements.txt');
const PYTHON = path.join(TOOL, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const STAMP = path.join(TOOL, '.set-up');
// Environments hold absolute paths.
const wanted = (): string => fingerprint({ texts: [TOOL], files: [REQUIREMENTS] });

const step: Step = {
  name: 'CycloneDX for Python',
  what: 'installing what backend-spec/sbom/requirements.txt names',
  isDone: () => isStamped(STAMP, wanted()),
  async work() {
    await run(VENV_PYTHON, ['-m', 'venv', '--clear', TOOL]);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--require-hashes', '-r', REQUIREMENTS], {
      retryAfterMs: [3_000], advice: 'Check that the Python package index can be reached (`pip download pip`), then run the same command again.',
    });
    writeStamp(STAMP, wanted());
  },
};

/** Runs a program and gives what it printed; what it complains of is shown. */
function printed(program: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) throw new SetUpError(`${path.basename(program)} ${args.join(' ')} failed${error ? `: ${error.message}` : ` (exit code ${status})`}.`);
  return stdout;
}

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(REPORTS, name), text);
  process.stdout.write(`reports/${name}\n`);
}

/** All packages by licence, those that were looked at with the reason. */
function listOf(packages: readonly Package[]): string {
  const licences = [...new Set(packages.map(({ licence }) => licence))].toSorted();
  const row = ({ name, version }: Package): string => `- ${name} ${version}${LOOKED_AT.filter(([pattern]) => pattern.test(name)).map(([, why]) => ` (${why})`).join('')}`;
  return licences.map((licence) => `## ${licence || 'In its own words'}\n\n${[...new Set(packages.filter((one) => one.licence === licence).map(row))].toSorted().join('\n')}\n`).join('\n');
}

try {
  if (!step.isDone()) await perform(step);
  fs.mkdirSync(REPORTS, { recursive: true });
  write('sbom-node.cdx.json', printed('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only']));
  write('sbom-python.cdx.json', printed(PYTHON, ['-m', 'cyclonedx_py', 'environment', '--output-reproducible', '--spec-version', '1.6', VENV_PYTHON]));
  const lock = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as Parameters<typeof nodePackages>[0];
  write('licences.md', `# Node packages\n\n${listOf(nodePackages(lock))}\n# Python packages\n\n${listOf(pythonPackages())}`);
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
