/** Set-up: a Python environment in .venv with the packages of backend-spec/requirements-dev.txt, each checked by its hash. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { installPackages } from './apt.mjs';
import { run } from './exec.mjs';
import { ROOT, VENV, VENV_PYTHON } from './paths.mjs';
import { fingerprint, isStamped, writeStamp } from './stamp.mjs';
import { SetUpError } from './step.mjs';

const STAMP = path.join(VENV, '.set-up');
const REQUIREMENTS = path.join(ROOT, 'backend-spec/requirements-dev.txt');
const OLDEST_MINOR = 11;
// What the hashed packages are tested with comes first.
const CANDIDATES = process.platform === 'win32' ? ['python'] : ['python3.11', 'python3', 'python3.12', 'python3.13'];

// An environment holds absolute paths, so one that was moved is made again.
const wanted = () => fingerprint({ texts: [ROOT], files: [REQUIREMENTS] });

/** @type {import('./step.mjs').Step} */
export const pythonStep = {
  name: 'Python packages',
  what: 'making .venv',
  isDone: () => isStamped(STAMP, wanted()) && fs.existsSync(VENV_PYTHON),
  async work(say) {
    const value = wanted();
    fs.rmSync(STAMP, { force: true });
    const { program, version } = await findPython();
    await run(program, ['-m', 'venv', '--clear', VENV]);
    say('installing what backend-spec/requirements-dev.txt names');
    await run(VENV_PYTHON, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-compile', '--require-hashes', '-r', REQUIREMENTS,
    ], { retryAfterMs: [3_000], advice: 'Check that the Python package index can be reached (`pip download pip`), then run the same command again.' });
    say('compiling them');
    // Without byte code the backend takes several times as long to start; a few files of packages are for other versions and do not compile.
    await run(VENV_PYTHON, ['-c', 'import compileall, sys; compileall.compile_dir(sys.prefix, quiet=2, workers=0)'], { env: { PYTHONDONTWRITEBYTECODE: '' } });
    writeStamp(STAMP, value);
    return `Python ${version}`;
  },
};

/** The first Python on the path that is new enough and can make environments. @returns {Promise<{ program: string, version: string }>} */
async function findPython() {
  const found = CANDIDATES.map(probe).filter((python) => python !== undefined);
  const recent = found.filter(({ minor }) => minor >= OLDEST_MINOR);
  const ready = recent.find(({ complete }) => complete);
  if (ready !== undefined) return ready;
  const [bare] = recent;
  if (bare !== undefined) {
    await installPackages(['python3-venv', 'python3-pip'], `${bare.program} can't make environments`);
    const again = probe(bare.program);
    if (again?.complete === true) return again;
    throw new SetUpError(`${bare.program} still can't make environments. Install its "venv" module.`);
  }
  const seen = [...new Set(found.map(({ program, version }) => `${program} is ${version}`))].join(', ');
  throw new SetUpError(`PocketMusec needs Python 3.${OLDEST_MINOR} or newer; ${seen === '' ? 'none was found' : seen}. On Debian or Ubuntu: sudo apt-get install python3 python3-venv`);
}

/** @param {string} program @returns {{ program: string, version: string, minor: number, complete: boolean } | undefined} */
function probe(program) {
  const { status, stdout } = spawnSync(program, ['-c', PROBE], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  if (status !== 0) return undefined;
  const [file = program, version = '', complete] = stdout.trim().split('\n');
  // The real file: a version manager's stand-in answers differently in another folder.
  return { program: file, version, minor: Number(version.split('.')[1]), complete: complete === 'True' };
}

const PROBE = `
import importlib.util as u, platform, sys
print(sys.executable); print(platform.python_version())
print(u.find_spec('venv') is not None and u.find_spec('ensurepip') is not None)
`;
