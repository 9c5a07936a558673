/** A generation's own temporary folder, in userData: uploads on their way in, and whatever a program unpacks when it starts. Goes with the generation. */
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const rootIn = (userData: string): string => path.join(userData, 'temporary');

/** Its place; `mark` names the generation. */
export const temporaryIn = (userData: string, mark: string): string => path.join(rootIn(userData), mark);

/** Makes it, and says where it is: the system's own has to do where that fails, and nobody tidies up there. */
export function makeTemporary(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return os.tmpdir();
  }
}

/** Removes the folder of one generation. Never throws. */
export function removeTemporary(userData: string, mark: string): void {
  try {
    rmSync(temporaryIn(userData, mark), { recursive: true, force: true });
    rmdirSync(rootIn(userData));
  } catch {
    // What can't be removed now may be at the next start; and another generation may have its own beside it.
  }
}

/** Removes what killed apps left. Only one app at a time uses this userData. Never throws. */
export function clearTemporary(userData: string): void {
  try {
    rmSync(rootIn(userData), { recursive: true, force: true });
  } catch {
    // It costs room, and no more.
  }
}
