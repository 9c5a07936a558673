/** Saves a file that the page made, where the person says: the page names it, but gives no path and learns none. */
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileToSave, SavedFile } from '../preload/contract';
import type { Log } from './backend/effects';

/** The system's dialog: the chosen path, or null. */
export type AskWhere = (suggestedName: string) => Promise<string | null>;

/** The name without what would make it a path or a device anywhere. */
export function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  const plain = name.replaceAll(/[\u0000-\u001F\u007F<>:"/\\|?*]/g, ' ').replaceAll(/\s+/g, ' ').replace(/^[. ]+/, '').trimEnd().slice(-120);
  return plain === '' ? 'Lesson' : plain;
}

/** Whole or not at all: a full disk leaves what was there before. */
export function createSaveFile(askWhere: AskWhere, log: Log): (file: FileToSave) => Promise<SavedFile> {
  return async ({ name, bytes }) => {
    const target = await askWhere(safeName(name));
    if (target === null) return { state: 'cancelled' };
    const half = path.join(path.dirname(target), `.${randomUUID()}.part`);
    try {
      writeFileSync(half, bytes);
      renameSync(half, target);
      return { state: 'saved', name: path.basename(target) };
    } catch (error) {
      rmSync(half, { force: true });
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      log.warn('a file was not saved', { code });
      return { state: 'failed', message: MESSAGES[code] ?? 'The file could not be written there. Choose another folder.' };
    }
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Make room, then save again.',
  EACCES: 'You may not write there. Choose another folder.',
  EPERM: 'You may not write there. Choose another folder.',
  EROFS: 'That folder cannot be written. Choose another one.',
};
