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
 * Arms a timer again, in full, when it fires more than GAP_MS late, and calls `onGap` once for each such sleep: on waking all
 * timers fire before the answers that were waiting, and would report misses that nobody made.
 */
export function createClock(onGap: () => void, now: () => number = () => performance.now()): Clock {
  const armed = new Map<number, NodeJS.Timeout>();
  let lastId = 0;
  let gapReportedAt = Number.NEGATIVE_INFINITY;

  function arm(id: number, callback: () => void, delayMs: number): void {
    const due = now() + delayMs;
    armed.set(id, setTimeout(() => {
      const late = now() - due;
      if (late > GAP_MS) {
        arm(id, callback, delayMs);
        if (now() - gapReportedAt > GAP_MS) {
          gapReportedAt = now();
          onGap();
        }
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
      arm(lastId, callback, delayMs);
      return lastId;
    },
    clearTimeout(id) {
      clearTimeout(armed.get(id));
      armed.delete(id);
    },
  };
}
