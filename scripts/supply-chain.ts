/** Holds what is installed to the lock files, and their packages to licences; a part of lint. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './setup/paths.mjs';
import { filesBelow } from './sources.ts';
import { licenceProblems, nodePackages, pythonPackages } from './supply-chain/licences.ts';
import { installProblems, npmProblems, pipProblems, type PackageLock } from './supply-chain/locks.ts';

const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');
const relative = (file: string): string => path.relative(ROOT, file).split(path.sep).join('/');
const lock = JSON.parse(read('package-lock.json')) as PackageLock;
const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
const ours = filesBelow(['backend-spec', 'scripts']).map(relative);

const problems = [
  ...npmProblems(lock, allowScripts),
  ...ours.filter((file) => file.endsWith('package-lock.json')).flatMap((file) => npmProblems(JSON.parse(read(file)) as PackageLock).map((problem) => `${file}: ${problem}`)),
  ...ours.filter((file) => /requirements[\w-]*\.txt$/.test(file)).flatMap((file) => pipProblems(read(file)).map((problem) => `${file}: ${problem}`)),
  ...ours.filter((file) => /^scripts\/.*\.(ts|mjs)$/.test(file) && !file.startsWith('scripts/supply-chain')).flatMap((file) => installProblems(file, read(file))),
  ...(/^ignore-scripts=true$/m.test(read('.npmrc')) ? [] : ['.npmrc lets packages run scripts while they are installed: allowed is ignore-scripts=true.']),
  ...licenceProblems([...nodePackages(lock), ...pythonPackages()]),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
