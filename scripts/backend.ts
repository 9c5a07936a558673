/** Freezes the Python backend, when its sources changed: the folder that ships, or the single file. */
import fs from 'node:fs';
import path from 'node:path';
import { runMain } from './exit-code.ts';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { run } from './setup/exec.mjs';
import { withLock } from './setup/lock.mjs';
import { fingerprint, isStamped, writeStamp } from './setup/stamp.mjs';
import { filesBelow } from './sources.ts';

/** Relative to the project. Its name is the one under the packaged app's resources, too. */
export const BACKEND = '.build/backend';
/** The same in one file; nothing ships it. */
export const SINGLE_FILE = '.build/backend-single-file';

/** What the frozen backend is made from. */
export function backendSources(): string[] {
  return filesBelow(['backend-spec']).filter((file) => !file.includes(`${path.sep}tests${path.sep}`));
}

/** Resolves with whether there was something to do. */
export async function buildBackend(form: typeof BACKEND | typeof SINGLE_FILE = BACKEND): Promise<boolean> {
  const value = fingerprint({ files: backendSources() });
  const output = path.join(ROOT, form);
  const stamp = `${output}.stamp`;
  if (isStamped(stamp, value) && fs.existsSync(output)) return false;
  await withLock('backend', async () => {
    fs.rmSync(stamp, { force: true });
    // Ours alone; a freeze that was interrupted left half of it.
    fs.rmSync(output, { recursive: true, force: true });
    process.stderr.write('Freezing the backend (about a minute)…\n');
    await run(VENV_PYTHON, ['backend-spec/build.py', '--out', output, ...(form === SINGLE_FILE ? ['--onefile'] : [])], { advice: 'Run that command for the whole output.' });
    writeStamp(stamp, value);
  });
  return true;
}

if (import.meta.main) await runMain(async () => {
  process.stderr.write(await buildBackend() ? `Made ${BACKEND}/.\n` : 'All is up to date.\n');
  return 0;
});
