/** One at a time: a lock in the project's cache that says who holds it, and that outlives nobody. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE } from './paths.mjs';

const POLL_MS = 200;
const ORPHAN_GRACE_MS = 5_000;

/** @typedef {{ pid: number, startedAt: string }} Identity A process number alone may have been given to somebody else. */
/** @typedef {{ owner: Identity, children: Identity[] }} Holder */

/** @type {{ file: string, holder: Holder } | undefined} */
let held;

/**
 * Runs `work` while nobody else in this project runs something under the same name.
 * @template T
 * @param {string} name @param {() => Promise<T>} work @param {(holder: number) => void} [onWait] called once, with the process that is waited for
 * @returns {Promise<T>}
 */
export async function withLock(name, work, onWait) {
  fs.mkdirSync(CACHE, { recursive: true });
  const file = path.join(CACHE, `${name}.lock`);
  let told = false;
  while (!take(file)) {
    const holder = read(file);
    if (holder !== undefined && isAlive(holder.owner)) {
      if (!told) onWait?.(holder.owner.pid);
      told = true;
      await sleep(POLL_MS);
    } else {
      if (holder !== undefined) await endOrphans(holder.children);
      fs.rmSync(file, { force: true });
    }
  }
  try {
    return await work();
  } finally {
    held = undefined;
    fs.rmSync(file, { force: true });
  }
}

/** Notes a program started under the lock, for the case that this process is killed and the program lives on. @param {number} pid @returns {() => void} */
export function recordChild(pid) {
  if (held === undefined) return () => {};
  const { file, holder } = held;
  const child = identify(pid);
  holder.children.push(child);
  fs.writeFileSync(file, JSON.stringify(holder));
  return () => {
    holder.children.splice(holder.children.indexOf(child), 1);
    if (held !== undefined) fs.writeFileSync(file, JSON.stringify(holder));
  };
}

/** @param {string} file @returns {boolean} */
function take(file) {
  /** @type {Holder} */
  const holder = { owner: identify(process.pid), children: [] };
  const mine = `${file}.${process.pid}`;
  try {
    // A link appears with its content or not at all, so that nobody reads a lock half written.
    fs.writeFileSync(mine, JSON.stringify(holder));
    fs.linkSync(mine, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(mine, { force: true });
  }
  held = { file, holder };
  return true;
}

/** @param {string} file @returns {Holder | undefined} undefined when it is gone or unreadable */
function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid @returns {Identity} */
function identify(pid) {
  return { pid, startedAt: startTime(pid) };
}

/** The kernel's start time of a process; empty where there is no /proc. @param {number} pid */
function startTime(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? '' : fields[18] ?? '';
  } catch {
    return '';
  }
}

/** @param {Identity} identity */
function isAlive({ pid, startedAt }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  return startTime(pid) === startedAt;
}

/** Ends the groups that a killed set-up left at work in the folders that are about to be written. @param {readonly Identity[]} children */
async function endOrphans(children) {
  const alive = children.filter((child) => child.startedAt !== '' && isAlive(child));
  for (const { pid } of alive) process.kill(-pid, 'SIGTERM');
  for (const end = Date.now() + ORPHAN_GRACE_MS; alive.some(isAlive) && Date.now() < end;) await sleep(POLL_MS);
  for (const child of alive) if (isAlive(child)) process.kill(-child.pid, 'SIGKILL');
}
