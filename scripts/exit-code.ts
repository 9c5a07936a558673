/** The exit code that shells give a program that a signal ended. */
import os from 'node:os';

export function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : 128 + os.constants.signals[signal];
}
