/** `npm run guests`: installs three servers that know nothing of us into .cache/guests/, and has the runtime supervise each by its spec alone. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './setup/exec.mjs';
import { CACHE, ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { fingerprint, isStamped, writeStamp } from './setup/stamp.mjs';
import { perform, SetUpError, type Step } from './setup/step.mjs';

const SPECS = path.join(ROOT, 'backend-spec/guests');
const GUESTS = path.join(CACHE, 'guests');

/** A step that makes a folder below .cache/guests/ from files beside the specs, again when they change. */
function folderStep(name: string, sources: readonly string[], fill: (folder: string) => Promise<void>): Step {
  const folder = path.join(GUESTS, name);
  const stamp = path.join(folder, '.set-up');
  const files = sources.map((source) => path.join(SPECS, source));
  // Environments hold absolute paths.
  const wanted = (): string => fingerprint({ texts: [folder], files });
  return {
    name: `Guest ${name}`,
    what: `installing what ${sources.join(' and ')} names`,
    isDone: () => isStamped(stamp, wanted()),
    async work() {
      fs.rmSync(folder, { recursive: true, force: true });
      fs.mkdirSync(folder, { recursive: true });
      await fill(folder);
      writeStamp(stamp, wanted());
    },
  };
}

const STEPS: readonly Step[] = [
  folderStep('datasette', ['datasette-requirements.txt'], async (folder) => {
    const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    await run(VENV_PYTHON, ['-m', 'venv', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--require-hashes', '-r', path.join(SPECS, 'datasette-requirements.txt')], {
      retryAfterMs: [3_000], advice: 'Check that the Python package index can be reached (`pip download pip`), then run the same command again.',
    });
  }),
  folderStep('node-http-server', ['node-http-server/package.json', 'node-http-server/package-lock.json'], async (folder) => {
    for (const name of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(SPECS, 'node-http-server', name), path.join(folder, name));
    const npm = process.env.npm_execpath;
    const [program = 'npm', ...before] = npm === undefined ? [process.platform === 'win32' ? 'npm.cmd' : 'npm'] : [process.execPath, npm];
    await run(program, [...before, 'ci', '--ignore-scripts', '--no-progress', '--loglevel=error'], {
      cwd: folder, retryAfterMs: [3_000], advice: 'Check that the npm registry can be reached (`npm ping`), then run the same command again.',
    });
  }),
];

try {
  for (const step of STEPS) if (!step.isDone()) await perform(step);
  const { status } = spawnSync('jest', ['--selectProjects', 'guests', '--runInBand', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
