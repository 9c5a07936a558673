/** Looks for programs without starting a shell. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** @param {string} program */
export function onPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => fs.existsSync(path.join(folder, program)));
}
