/** Packs the fallback Electron into the release zip that the packager wants. */
import fs from 'node:fs';
import path from 'node:path';
import { CACHE, VENV_PYTHON } from './setup/paths.mjs';
import { run } from './setup/exec.mjs';
import type { Electron } from './setup/electron.mjs';

/** Absolute: where the packager looks for zips by name. */
export const FALLBACK_ZIPS = path.join(CACHE, 'electron-zip');

export async function zipFallback(electron: Electron): Promise<void> {
  const zip = path.join(FALLBACK_ZIPS, `electron-v${electron.version}-linux-x64.zip`);
  if (fs.existsSync(zip)) return;
  fs.mkdirSync(FALLBACK_ZIPS, { recursive: true });
  const half = `${zip}.${process.pid}`;
  await run(VENV_PYTHON, ['-c', PROGRAM, path.dirname(electron.executable), half]);
  fs.renameSync(half, zip);
}

// Python's zipfile keeps the Unix modes and needs no zip program. The default app is for development, and a link.
const PROGRAM = `
import os, sys, zipfile
tree, target = sys.argv[1:]
with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as z:
    for folder, _, names in os.walk(tree):
        for name in names:
            p = os.path.join(folder, name)
            z.write(p, os.path.relpath(p, tree))
`;
