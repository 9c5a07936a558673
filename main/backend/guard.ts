/** The guard (Linux): a process above the backend that takes all its descendants along when the app dies, wherever they went. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fillIn, type BackendSpec, type Placeholders } from './spec';

/** A command that runs the command after it. It hands signals on, ends as that command ends, and ends the whole tree by END_ALL. */
export type Guard = readonly string[];

/** By this a guard ends the whole tree, and leaves. */
export const END_ALL = 'SIGUSR2';

/** Null where there is none: then end of file on stdin, the group and the mark in the environment are all that holds a backend. */
export function findGuard({ guard }: Pick<BackendSpec, 'guard'>, packaged: boolean, placeholders: Partial<Placeholders>): Guard | null {
  if (process.platform !== 'linux' || !guard) return null;
  const form = packaged ? guard.packaged ?? guard.development : guard.development;
  const command = form.map((part) => fillIn(part, placeholders));
  return command.filter((part) => path.isAbsolute(part)).every((file) => existsSync(file)) ? command : null;
}

/** The command as it is spawned, and whether a guard stands above the backend: one that stands before it, or its own. */
export function guarded(guard: Guard | null, { guardsItself }: Pick<BackendSpec, 'guardsItself'>, command: readonly string[]): { readonly command: readonly string[]; readonly isGuarded: boolean } {
  if (guardsItself) return { command, isGuarded: process.platform === 'linux' };
  return { command: [...guard ?? [], ...command], isGuarded: guard !== null };
}
