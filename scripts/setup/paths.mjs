/** Where set-up puts things, all inside the project. */
import path from 'node:path';
import process from 'node:process';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const CACHE = path.join(ROOT, '.cache');
export const NODE_MODULES = path.join(ROOT, 'node_modules');
export const VENV = path.join(ROOT, '.venv');
export const VENV_BIN = path.join(VENV, process.platform === 'win32' ? 'Scripts' : 'bin');
export const VENV_PYTHON = path.join(VENV_BIN, process.platform === 'win32' ? 'python.exe' : 'python');
