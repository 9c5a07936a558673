/** Set-up, first: the tools that must be there before anything can be installed. */
import process from 'node:process';
import { SetUpError } from './step.mjs';

const NODE = [20, 19];
const NPM = [10, 9];

export function checkTools() {
  demand('Node.js', process.versions.node, NODE, 'https://nodejs.org');
  const npm = /\bnpm\/(\S+)/.exec(process.env.npm_config_user_agent ?? '')?.[1];
  if (npm !== undefined) demand('npm', npm, NPM, '`npm install --global npm`');
}

/** @param {string} name @param {string} found @param {number[]} least @param {string} where */
function demand(name, found, least, where) {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new SetUpError(`PocketMusec needs ${name} ${least.join('.')} or newer; this is ${found}. Get a newer one: ${where}`);
}
