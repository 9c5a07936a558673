/** How scripts end: with an exit code, and with a sentence instead of a stack when something is wrong. */
import os from 'node:os';

/** The exit code that shells give a program that a signal ended. */
export function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : 128 + os.constants.signals[signal];
}

/** Runs a script; what it throws is told to people. The whole of it with POCKETMUSEC_DEBUG=1. */
export async function runMain(script: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await script();
  } catch (error) {
    if (process.env.POCKETMUSEC_DEBUG === '1') throw error;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
