/** The backend alone, without the app: what a bench holds the app's figures against. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, VENV_PYTHON } from '../setup/paths.mjs';

export const BACKEND = path.join(ROOT, 'backend-spec');
const PORT = 9_471;
const TOKEN = 'bench';

export interface BareBackend {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly pid: number;
  /** From the spawn to the first 200. */
  readonly readyMs: number;
  /** Resolves when its process has ended. */
  readonly ended: Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** The source, as `python -m` runs it; a frozen form is started the same way. */
export const SOURCE: readonly string[] = [VENV_PYTHON, '-m', 'pocketmusec'];

export async function startBareBackend([program = '', ...args] = SOURCE, environment: Readonly<Record<string, string>> = {}): Promise<BareBackend> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pocketmusec-bench-'));
  const base = `http://127.0.0.1:${PORT}`;
  const spawnedAt = performance.now();
  const child = spawn(program, [...args, '--port', String(PORT)], {
    cwd: BACKEND,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {
      PATH: process.env['PATH'] ?? '', ELECTRON_MODE: 'true', POCKETMUSEC_USER_DATA: folder, DATABASE_PATH: path.join(folder, 'pocket_musec.db'),
      IMAGE_STORAGE_PATH: path.join(folder, 'images'), LOG_PATH: path.join(folder, 'logs/backend.log'),
      POCKETMUSEC_TOKEN: TOKEN, POCKETMUSEC_GENERATION: 'bench-1', ...environment,
    },
  });
  while ((await fetch(`${base}/health`).catch(() => undefined))?.status !== 200) {
    if (child.exitCode !== null) throw new Error(`The backend exited with code ${child.exitCode}; is port ${PORT} taken?`);
    await sleep(2);
  }
  const ended = once(child, 'exit');
  const readyMs = performance.now() - spawnedAt;
  return {
    base, folder, readyMs, ended, pid: child.pid ?? -1, headers: { authorization: `Bearer ${TOKEN}` },
    close: async () => {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
