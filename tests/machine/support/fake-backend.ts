/** One generation of a backend that misbehaves as its seed says. Knows nothing of the machine. */
import type { SimulatedClock } from './clock';
import type { Random } from './random';

export interface Death {
  readonly code: number | null;
  readonly signal: string | null;
}

/** How bad a world is: 0 is one where everything works. */
export interface Mood {
  readonly malice: number;
  readonly slow: boolean;
}

/** Exit codes as in `backend.json`: what the policy of these worlds makes of them. */
export const EXIT_CODES = { 65: 'database', 73: 'user-data', 78: 'configuration', 98: 'port-taken' } as const;
export const PORT_TAKEN = 98;

export class FakeBackend {
  alive = true;
  ready = false;
  hung = false;
  /** Answers 200, but as a stranger would. */
  readonly stranger: boolean;
  /** How long what it started needs to go once it is dead; Infinity: until the world heals. */
  descendantsMs: number;
  ask: 'exits' | 'ignores' | 'refuses';
  #termMs: number;
  #killMs: number;
  #healed = false;
  #killed = false;
  readonly #clock: SimulatedClock;
  readonly #onDeath: (death: Death) => void;

  constructor(clock: SimulatedClock, random: Random, mood: Mood, onDeath: (death: Death) => void) {
    const bad = (probability: number): boolean => random.chance(probability * mood.malice);
    this.#clock = clock;
    this.#onDeath = onDeath;
    this.stranger = bad(0.05);
    this.descendantsMs = bad(0.1) ? Infinity : bad(0.3) ? random.int(1, 5_000) : random.int(0, 5);
    this.ask = bad(0.3) ? 'ignores' : bad(0.2) ? 'refuses' : 'exits';
    this.#termMs = bad(0.3) ? Infinity : bad(0.5) ? random.int(0, 2_500) : random.int(0, 20);
    this.#killMs = bad(0.15) ? Infinity : bad(0.1) ? random.int(0, 4_000) : random.int(0, 5);
    const startMs = bad(0.15) ? Infinity : mood.slow ? random.int(0, 70_000) : random.int(0, 2_000);
    if (startMs < Infinity) clock.setTimeout(() => { this.ready = true; }, startMs);
    const crashIn = (ms: number, death: Death): unknown => clock.setTimeout(() => { if (!this.#healed) this.die(death); }, ms);
    if (bad(0.15)) crashIn(random.int(0, 300), { code: PORT_TAKEN, signal: null });
    else if (bad(0.35)) crashIn(random.int(0, 40_000), random.pick<Death>([
      { code: 1, signal: null }, { code: 1, signal: null }, { code: 0, signal: null }, { code: null, signal: 'SIGSEGV' },
      { code: PORT_TAKEN, signal: null }, { code: 65, signal: null }, { code: 73, signal: null }, { code: 78, signal: null },
    ]));
    if (bad(0.3)) {
      clock.setTimeout(() => { this.hung = !this.#healed; }, random.int(0, 60_000));
      clock.setTimeout(() => { this.hung = false; }, random.int(10_000, 120_000));
    }
  }

  get answers(): boolean {
    return this.alive && this.ready && !this.hung;
  }

  die(death: Death): void {
    if (!this.alive) return;
    this.alive = false;
    this.#onDeath(death);
  }

  signal(name: string): void {
    if (name === 'DUMP') return;
    const hard = name === 'SIGKILL';
    this.#killed ||= hard;
    const delayMs = hard ? this.#killMs : this.hung ? Infinity : this.#termMs;
    if (delayMs < Infinity) this.#dieIn(delayMs, hard ? { code: null, signal: name } : { code: 0, signal: null });
  }

  /** The shutdown request arrived. */
  asked(afterMs: number): void {
    if (this.ask === 'exits' && !this.hung) this.#dieIn(afterMs, { code: 0, signal: null });
  }

  /** From here on it behaves. */
  heal(): void {
    this.#healed = true;
    this.hung = false;
    this.ready = true;
    this.ask = 'exits';
    this.descendantsMs = Math.min(this.descendantsMs, 5);
    this.#termMs = Math.min(this.#termMs, 5);
    // A SIGKILL that never worked works now.
    if (this.#killed) this.#dieIn(5, { code: null, signal: 'SIGKILL' });
    this.#killMs = Math.min(this.#killMs, 5);
  }

  #dieIn(ms: number, death: Death): void {
    this.#clock.setTimeout(() => this.die(death), ms);
  }
}
