/** The guard of guests (Linux): a process above a backend that knows nothing of us, which takes all its descendants along when the app dies. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Placeholders } from './spec';

export interface Guard {
  /** What stands before the guest's own command. */
  readonly before: readonly string[];
  /** How the command of our own backend begins, which guards itself. */
  readonly own: readonly string[];
}

/** The package is no module of the guest's folder, and the guest's environment is not meant for the guard's Python: so its folder is an argument. */
const MODULE = 'import sys; sys.path.insert(0, sys.argv[1]); from pocketmusec.start import main; main(sys.argv[2:])';

/** Null where there is none: then end of file on stdin, the group and the mark in the environment are all that holds a guest. */
export function findGuard(packaged: boolean, { python, resources, app }: Pick<Placeholders, 'python' | 'resources' | 'app'>): Guard | null {
  if (process.platform !== 'linux') return null;
  const frozen = path.join(resources, 'backend/main');
  const folder = path.join(app, 'backend-spec');
  const [guard, files]: [Guard, string[]] = packaged
    ? [{ before: [frozen, '--guard', '--'], own: [frozen] }, [frozen]]
    : [{ before: [python, '-I', '-S', '-c', MODULE, folder, '--guard', '--'], own: [python, '-m', 'pocketmusec'] }, [python, path.join(folder, 'pocketmusec')]];
  return files.every((file) => existsSync(file)) ? guard : null;
}

/** The command with the guard before it; null where it runs without. */
export function guarded(guard: Guard | null, command: readonly string[]): readonly string[] | null {
  if (guard === null || guard.own.every((part, index) => part === command[index])) return null;
  return [...guard.before, ...command];
}

/** By this the guard ends the whole tree, and leaves. */
export const END_ALL = 'SIGUSR2';
