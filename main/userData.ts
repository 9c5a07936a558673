/** Makes sure of the folder that holds everything the app keeps, before anything else needs it. */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';

export class UserDataError extends Error {
  override readonly name = 'UserDataError';
}

/** Throws UserDataError where the folder can't be made or written to. Root ignores permission bits, so a file in its place is checked too. */
export function ensureUserData(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserDataError(
      `PocketMusec can't keep its data in ${folder}: ${why}. Make the folder writable, or start with --user-data and another folder.`, { cause });
  }
}
