/** The clock of the machine and of its effects: timers that know when the computer, or this process, slept. */

export interface Clock {
  /** Monotonic milliseconds. */
  now: () => number;
  setTimeout: (callback: () => void, delayMs: number) => number;
  clearTimeout: (id: number) => void;
}

/** A timer that is later than this was not late for want of CPU: nobody was awake. */
export const GAP_MS = 1_000;
/**
 * More gaps than this within GAP_WINDOW_MS come from a computer that is too busy, not from sleeps: its late timers fire, or a
 * backend that hangs on it would never be found, and the stop ladder would never go on.
 */
export const MAX_GAPS = 3;
export const GAP_WINDOW_MS = 60_000;
/** Node fires a longer one at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Arms a timer again, in full, when it fires more than GAP_MS late, and calls `onGap` once for each such sleep: on waking all
 * timers fire before the answers that were waiting, and would report misses that nobody made.
 */
export function createClock(onGap: () => void, now: () => number = () => performance.now()): Clock {
  const armed = new Map<number, NodeJS.Timeout>();
  let lastId = 0;
  let gaps: number[] = [];
  let lastGapAt = Number.NEGATIVE_INFINITY;
  let believed = true;

  /** Whether a late timer is late for a sleep, and whether it is the first that tells of it: all timers wake together. */
  function judgeGap(): { isSleep: boolean; isNew: boolean } {
    const at = now();
    const isNew = at - lastGapAt > GAP_MS;
    if (isNew) {
      lastGapAt = at;
      gaps = [...gaps.filter((gap) => at - gap <= GAP_WINDOW_MS), at].slice(-MAX_GAPS - 1);
      believed = gaps.length <= MAX_GAPS;
    }
    return { isSleep: believed, isNew };
  }

  function arm(id: number, callback: () => void, delayMs: number): void {
    const due = now() + delayMs;
    armed.set(id, setTimeout(() => {
      const gap = now() - due > GAP_MS ? judgeGap() : null;
      if (gap?.isSleep === true) {
        arm(id, callback, delayMs);
        if (gap.isNew) onGap();
        return;
      }
      armed.delete(id);
      callback();
    }, delayMs));
  }

  return {
    now,
    setTimeout(callback, delayMs) {
      lastId += 1;
      arm(lastId, callback, Math.min(delayMs, LONGEST_MS));
      return lastId;
    },
    clearTimeout(id) {
      clearTimeout(armed.get(id));
      armed.delete(id);
    },
  };
}
