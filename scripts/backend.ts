/** Freezes the Python backend into a folder, when its sources changed. */
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
const STAMP = path.join(ROOT, '.build/backend.stamp');

/** What the frozen backend is made from. */
export function backendSources(): string[] {
  return filesBelow(['backend-spec']).filter((file) => !file.includes(`${path.sep}tests${path.sep}`));
}

/** Resolves with whether there was something to do. */
export async function buildBackend(): Promise<boolean> {
  const value = fingerprint({ files: backendSources() });
  const output = path.join(ROOT, BACKEND);
  if (isStamped(STAMP, value) && fs.existsSync(output)) return false;
  await withLock('backend', async () => {
    fs.rmSync(STAMP, { force: true });
    // Ours alone; a freeze that was interrupted left half of it.
    fs.rmSync(output, { recursive: true, force: true });
    process.stderr.write('Freezing the backend (about a minute)…\n');
    await run(VENV_PYTHON, ['backend-spec/build.py', '--out', output], { advice: 'Run that command for the whole output.' });
    writeStamp(STAMP, value);
  });
  return true;
}

if (import.meta.main) await runMain(async () => {
  process.stderr.write(await buildBackend() ? `Made ${BACKEND}/.\n` : 'All is up to date.\n');
  return 0;
});
