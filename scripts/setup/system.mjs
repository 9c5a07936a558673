/** Set-up: the system libraries that Electron links to, and a virtual display where there is none. Linux only. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { installPackages } from './apt.mjs';
import { chosenElectron } from './electron.mjs';
import { onPath } from './on-path.mjs';
import { CACHE } from './paths.mjs';
import { fingerprint, isStamped, writeStamp } from './stamp.mjs';
import { SetUpError } from './step.mjs';

const STAMP = path.join(CACHE, 'system');
// Proven on a minimal Debian 12.
const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libdrm2', 'libxss1', 'libxtst6', 'libxkbcommon0', 'at-spi2-core'];

/** Whether windows need a virtual display here. */
export function lacksDisplay() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

/** @type {import('./step.mjs').Step} */
export const systemStep = {
  name: 'System libraries',
  what: 'looking for what Electron needs',
  isDone: () => process.platform !== 'linux' || (isStamped(STAMP, wanted()) && !lacksXvfb()),
  async work(say) {
    const lacking = missing();
    if (lacking.length > 0) {
      say(`installing for ${lacking.join(', ')}`);
      await installPackages([...LIBRARIES, ...(lacksXvfb() ? ['xvfb'] : [])], `Electron needs ${lacking.join(', ')}`);
      const still = missing();
      if (still.length > 0) throw new SetUpError(`Electron still lacks ${still.join(', ')} after apt-get.`);
    }
    writeStamp(STAMP, wanted());
  },
};

const lacksXvfb = () => lacksDisplay() && !onPath('Xvfb');
const executable = () => chosenElectron()?.executable ?? '';

/** The linker's cache changes whenever a library comes or goes. */
function wanted() {
  const linked = fs.statSync('/etc/ld.so.cache', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return fingerprint({ texts: [executable(), String(linked)] });
}

/** @returns {string[]} */
function missing() {
  const libraries = execFileSync('ldd', [executable()], { encoding: 'utf8' })
    .split('\n').filter((line) => line.includes('not found')).map((line) => line.trim().split(' ')[0] ?? line);
  return [...libraries, ...(lacksXvfb() ? ['Xvfb (there is no display)'] : [])];
}
