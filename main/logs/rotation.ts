/** Sets full log files, and those of former days, aside by name, and removes them when they are old. */
import type { Stats } from 'node:fs';
import { copyFile, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../backend/errorCode';

const DAY_MS = 86_400_000;

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** What is there, or null. */
export async function lookAt(file: string): Promise<Stats | null> {
  try {
    return await stat(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** `backend.log` of 23 Nov → `backend.2026-11-23.log`; a second one of that day → `backend.2026-11-23.1.log`. */
async function rotatedName(file: string, day: string): Promise<string> {
  const { dir, name, ext } = path.parse(file);
  for (let part = 0; ; part += 1) {
    const candidate = path.join(dir, `${name}.${day}${part === 0 ? '' : `.${part}`}${ext}`);
    if ((await lookAt(candidate)) === null) return candidate;
  }
}

/** Renames it. Windows renames no file that another process has open: there one that is shared is copied and emptied (configured, not yet run). */
export async function setAside(file: string, day: string, shared: boolean): Promise<void> {
  const target = await rotatedName(file, day);
  if (shared && process.platform === 'win32') {
    await copyFile(file, target);
    await truncate(file);
  } else await rename(file, target);
}

/** Removes what was set aside more than so many days ago. */
export async function prune(file: string, keepDays: number, today: Date): Promise<void> {
  const { dir, name, ext } = path.parse(file);
  const oldest = dayOf(new Date(today.getTime() - keepDays * DAY_MS));
  for (const entry of await readdir(dir)) {
    const match = /^(\d{4}-\d{2}-\d{2})(\.\d+)?$/.exec(entry.startsWith(`${name}.`) && entry.endsWith(ext) ? entry.slice(name.length + 1, -ext.length) : '');
    if (match?.[1] === undefined || match[1] >= oldest) continue;
    // An old file that can't be removed must not keep us from writing the new one.
    await rm(path.join(dir, entry), { force: true }).catch(() => {});
  }
}
