/** How a script hears that it should end. */
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
 * Calls `gone` once when the process that started this one is no more.
 * @param {() => unknown} gone
 */
export function followParent(gone) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, PARENT_POLL_MS);
  timer.unref();
}
