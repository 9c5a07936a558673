/** Installs Debian packages where this process may, and names the one command where it may not. */
import process from 'node:process';
import { run } from './exec.mjs';
import { onPath } from './on-path.mjs';
import { SetUpError } from './step.mjs';

const RETRY_AFTER_MS = [3_000, 15_000];

/** @param {readonly string[]} packages @param {string} why for people: what is lacking */
export async function installPackages(packages, why) {
  if (!onPath('apt-get')) throw new SetUpError(`${why}. Install what your system calls ${packages.join(', ')}.`);
  if (process.getuid?.() !== 0) {
    throw new SetUpError(`${why}. Run this once, then the same command again:\n    sudo apt-get install --yes --no-install-recommends ${packages.join(' ')}`);
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt at work is waited for, and mirrors have their moments.
  const patient = ['-qq', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  const advice = 'The system\'s package lists or mirrors can\'t be reached just now; run the same command again later.';
  await run('dpkg', ['--configure', '--pending'], { env });
  await run('apt-get', [...patient, 'update'], { env, retryAfterMs: RETRY_AFTER_MS, advice });
  const names = await Promise.all(packages.map(currentName));
  await run('apt-get', [...patient, 'install', '--yes', '--no-install-recommends', ...names], { env, retryAfterMs: RETRY_AFTER_MS, advice });
}

/** Debian 13 and Ubuntu 24.04 renamed libraries for 64-bit times: libasound2 is libasound2t64 there. @param {string} name */
async function currentName(name) {
  const renamed = `${name}t64`;
  const known = await run('apt-cache', ['pkgnames', renamed]);
  return known.split('\n').includes(renamed) ? renamed : name;
}
