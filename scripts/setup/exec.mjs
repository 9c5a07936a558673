/** Runs the programs that set-up uses: quiet when all is well, with their last lines when not, and never left behind. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordChild } from './lock.mjs';
import { ROOT } from './paths.mjs';
import { SetUpError } from './step.mjs';

const TAIL_LINES = 15;
/** @type {Set<number>} */
const groups = new Set();
const GROUPED = process.platform !== 'win32';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] Added to this process's own.
 * @property {number} [timeoutMs]
 * @property {readonly number[]} [retryAfterMs] Waits before further tries, for what goes over the network.
 * @property {string} [advice] What to do when it fails.
 * @property {(line: string) => void} [onLine]
 */

/** Resolves with all that the program printed on stdout. @param {string} program @param {readonly string[]} args @param {RunOptions} [options] @returns {Promise<string>} */
export async function run(program, args, options = {}) {
  const waits = [...(options.retryAfterMs ?? [])];
  for (;;) {
    const result = await once(program, args, options);
    if (result.ok) return result.stdout;
    const wait = waits.shift();
    if (wait === undefined) {
      const command = [program, ...args].join(' ');
      throw new SetUpError([
        `${command.length > 200 ? `${command.slice(0, 200)}…` : command}: ${result.reason}. Its last lines:`,
        ...result.tail.map((line) => `    ${line}`),
        ...(options.advice === undefined ? [] : [options.advice]),
      ].join('\n'));
    }
    await sleep(wait);
  }
}

/** @param {string} program @param {readonly string[]} args @param {RunOptions} options @returns {Promise<{ ok: boolean, stdout: string, tail: string[], reason: string }>} */
function once(program, args, { cwd = ROOT, env = {}, timeoutMs, onLine }) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const tail = [];
    let stdout = '';
    let rest = '';
    const child = spawn(program, args, {
      cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: GROUPED, windowsHide: true,
    });
    const { pid } = child;
    const forget = pid === undefined ? () => {} : recordChild(pid);
    if (pid !== undefined) groups.add(pid);
    const timer = timeoutMs === undefined || pid === undefined ? undefined : setTimeout(() => killGroup(pid), timeoutMs);
    /** @param {string} text */
    const hear = (text) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.trim() === '') continue;
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
        onLine?.(line);
      }
    };
    child.stdout.setEncoding('utf8').on('data', (text) => { stdout += text; hear(text); });
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', (error) => finish(false, error.message));
    child.once('close', (code, signal) => finish(code === 0, signal === null ? `exit code ${code}` : `ended by ${signal}`));
    /** @param {boolean} ok @param {string} reason */
    function finish(ok, reason) {
      clearTimeout(timer);
      forget();
      if (pid !== undefined) groups.delete(pid);
      if (rest.trim() !== '') tail.push(rest);
      resolve({ ok, stdout, tail, reason });
    }
  });
}

/** @param {number} pid */
function killGroup(pid) {
  try {
    process.kill(GROUPED ? -pid : pid, 'SIGTERM');
  } catch {
    // It has just ended.
  }
}

/** Ends every program that is under way. */
export function endAll() {
  for (const pid of groups) killGroup(pid);
}
