/** Processes as the system sees them, each named for good by pid and start time. */
import { readFileSync, readdirSync } from 'node:fs';
import { isRunning, readStatSync } from '../../main/backend/procfs';

export interface Alive { readonly pid: number; readonly startTicks: number }

export const namedFor = (pid: number | null): Alive => ({ pid: pid ?? -1, startTicks: readStatSync(pid ?? -1)?.startTicks ?? -1 });
export const isAlive = ({ pid, startTicks }: Alive): boolean => isRunning(pid, startTicks);

/** Children of all its threads. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').map(Number).filter((child) => child > 0));
  } catch {
    return [];
  }
}

export const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

/** Everybody with this text in the environment, given as `NAME=VALUE`. */
export function markedWith(mark: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0${mark}\0`);
    } catch {
      return false;
    }
  });
}

/** Resolves with the time in milliseconds until all were gone, or with null after `withinMs`. */
export async function untilGone(processes: readonly Alive[], withinMs: number): Promise<number | null> {
  const from = performance.now();
  while (processes.some(isAlive)) {
    if (performance.now() - from > withinMs) return null;
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return performance.now() - from;
}
