/** What every set-up step is made of: its shape, its error, and the lines that say how it goes. */
import process from 'node:process';

const REPORT_EVERY_MS = 10_000;
const TICK_MS = 120;
const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {() => boolean} isDone Quick (a few ms) and without side effects.
 * @property {(say: (what: string) => void) => Promise<string | void>} work `say` replaces what the progress line tells; the result is added to the closing line.
 * @property {string} what
 */

/** A failure of set-up whose message is meant for people: what happened and what to do. */
export class SetUpError extends Error {
  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'SetUpError';
  }
}

/** Does the step and tells of it on stderr, since stdout belongs to the task. @param {Step} step */
export async function perform(step) {
  const startedAt = performance.now();
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  const live = process.stderr.isTTY && process.env.CI === undefined;
  let what = step.what;
  let frame = 0;
  /** @param {string} line */
  const print = (line) => process.stderr.write(live ? `\r\x1b[2K${line}` : `${line}\n`);
  const tick = () => {
    frame += 1;
    print(live ? `${FRAMES[frame % FRAMES.length]} ${step.name}: ${what} … ${seconds()}` : `  ${step.name}: ${what} … ${seconds()}`);
  };
  if (!live) print(`· ${step.name}: ${what}`);
  const timer = setInterval(tick, live ? TICK_MS : REPORT_EVERY_MS);
  try {
    const result = await step.work((next) => { what = next; });
    print(`✓ ${step.name} (${seconds()})${typeof result === 'string' ? `: ${result}` : ''}${live ? '\n' : ''}`);
  } catch (error) {
    print(`✗ ${step.name} (${seconds()})${live ? '\n' : ''}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
