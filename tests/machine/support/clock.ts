/** A clock that stands still until a test moves it, deadline by deadline, so that timers set by timers keep their order. */
import type { createActor } from 'xstate';

export type XStateClock = NonNullable<NonNullable<Parameters<typeof createActor>[1]>['clock']>;

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class SimulatedClock implements XStateClock {
  #now = 0;
  /** Sorted by time; timers of one moment stay in the order in which they were set. */
  readonly #timers: Timer[] = [];

  /** Milliseconds since the test began. */
  readonly now = (): number => this.#now;

  /** When the next timer is due; Infinity where none is set. */
  next(): number {
    return this.#timers[0]?.at ?? Infinity;
  }

  setTimeout(run: () => void, delayMs: number): Timer {
    if (!(delayMs >= 0)) throw new Error(`A delay must be a number of milliseconds, not ${delayMs}`);
    const timer: Timer = { at: this.#now + delayMs, run };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1]?.at ?? 0) > timer.at) index -= 1;
    this.#timers.splice(index, 0, timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    const index = this.#timers.findIndex((candidate) => candidate === timer);
    if (index >= 0) this.#timers.splice(index, 1);
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#timers[0]; timer !== undefined && timer.at <= end; timer = this.#timers[0]) {
      this.#timers.shift();
      this.#now = timer.at;
      timer.run();
    }
    this.#now = end;
  }
}
