/** How a script hears that it should end. */
import fs from 'node:fs';
import process from 'node:process';

/** @type {readonly ('SIGINT' | 'SIGTERM' | 'SIGHUP')[]} */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_POLL_MS = 500;

/**
 * Calls `tell` for each signal that asks this process to end, instead of ending it.
 * @param {(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => unknown} tell
 * @returns {() => void} goes back to the default
 */
export function forwardSignals(tell) {
  for (const signal of ENDING) process.on(signal, tell);
  return () => { for (const signal of ENDING) process.off(signal, tell); };
}

/**
 * Calls `gone` once when the process that started this one is no more. A shell in between, as npm puts one, is looked through.
 * @param {() => unknown} gone
 */
export function followParent(gone) {
  const parent = process.ppid;
  const grandparent = isShell(parent) ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || parentOf(parent) === grandparent)) return;
    clearInterval(timer);
    gone();
  }, PARENT_POLL_MS);
  timer.unref();
}

/** False where there is no /proc. @param {number} pid */
function isShell(pid) {
  return /^\d+ \((sh|dash|bash)\)/.test(readStat(pid));
}

/** @param {number} pid @returns {number | undefined} */
function parentOf(pid) {
  const parent = /^\d+ \(.*\) \S (\d+)/.exec(readStat(pid))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** @param {number} pid */
function readStat(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
