/** Lists the files that something is made from. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './setup/paths.mjs';

// What tools leave beside sources.
const LEFTOVERS = /(^|[/\\])(__pycache__|node_modules|\.[^/\\]*_cache|build|dist)([/\\]|$)|\.pyc$/;

/** Absolute paths of the given files and of all below the given folders, sorted. Paths are relative to the project; missing files stay in the list. */
export function filesBelow(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const file = path.join(ROOT, name);
    if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return [file];
    return fs.readdirSync(file, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((found) => !LEFTOVERS.test(path.relative(file, found)));
  }).sort();
}
