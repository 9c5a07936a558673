/** Random stories: what people, the system and bad luck do to one backend. A story is its seed; it can be played shorter. */
import type { Fact } from '../../../machines/events';
import type { LifecycleMachine } from '../../../machines/lifecycle';
import type { Line } from './history';
import { Random } from './random';
import { World } from './world';

export type Step =
  | { readonly do: 'START' | 'STOP' | 'RESTART' | 'RETRY' | 'KEEP_WAITING' | 'PROBE_NOW' | 'QUIT' | 'QUIT urgent' }
  | { readonly do: 'sleep' | 'advance'; readonly ms: number }
  /** To the next deadline, whatever it is. */
  | { readonly do: 'next' }
  | { readonly do: 'kill' | 'hang' }
  /** A crash `over` ms after the first of the last two crashes left the window of five minutes. */
  | { readonly do: 'crash at the edge'; readonly over: 0 | 1 }
  /** A report of a generation, or of a probe, that is over. */
  | { readonly do: 'late'; readonly which: number };

export interface Story {
  readonly seed: number;
  readonly steps: readonly Step[];
}

const WINDOW_MS = 300_000;

export function storyOf(seed: number): Story {
  const random = Random.of(seed, 2);
  const quits = random.chance(0.4);
  const steps: Step[] = random.chance(0.9) ? [{ do: 'START' }] : [];
  const length = random.int(4, 22);
  while (steps.length < length) steps.push(...random.chance(0.03) ? doubt(random) : quits && random.chance(0.03) ? shutdown(random) : [stepOf(random, quits)]);
  const ending = Random.of(seed, 3);
  if (ending.chance(0.05)) steps.push(...givenUp(ending));
  return { seed, steps };
}

/** The system shuts down while the backend is being ended anyway. */
const shutdown = (random: Random): readonly Step[] =>
  [{ do: random.pick(['STOP', 'RESTART', 'QUIT']) }, { do: 'advance', ms: random.pick([1, 100, 1_000]) }, { do: 'QUIT urgent' }];

/** A hang that is noticed at once, and the first moments after that. */
function doubt(random: Random): readonly Step[] {
  return [{ do: 'hang' }, { do: 'PROBE_NOW' }, ...Array.from({ length: random.int(1, 8) }, () => ({ do: 'next' }) as const),
    ...random.chance(0.4) ? [{ do: 'sleep', ms: 60_000 } as const] : [], { do: 'late', which: random.int(0, 1_000_000) }];
}

/** A hang up to the moment when the backend is given up (5 s, then three times 1 s and 2 s), and somebody who is impatient right then. */
const givenUp = (random: Random): readonly Step[] => [
  { do: 'START' }, { do: 'advance', ms: 10_000 }, { do: 'hang' }, { do: 'PROBE_NOW' }, { do: 'advance', ms: 14_000 }, { do: 'advance', ms: random.int(0, 250) },
  { do: random.pick(['QUIT urgent', 'QUIT', 'STOP', 'RESTART']) }, { do: 'next' },
];

function stepOf(random: Random, quits: boolean): Step {
  const roll = random.next();
  if (roll < 0.02) return quits ? { do: random.pick(['QUIT', 'QUIT urgent']) } : { do: 'STOP' };
  if (roll < 0.2) return { do: random.pick(['START', 'START', 'STOP', 'STOP', 'RESTART', 'RESTART', 'RETRY', 'KEEP_WAITING']) };
  if (roll < 0.25) return { do: 'PROBE_NOW' };
  if (roll < 0.29) return { do: 'sleep', ms: random.pick([0, 1_500, 60_000, 28_800_000]) };
  if (roll < 0.38) return { do: 'kill' };
  if (roll < 0.42) return { do: 'hang' };
  if (roll < 0.43) return { do: 'crash at the edge', over: random.chance(0.5) ? 0 : 1 };
  if (roll < 0.5) return { do: 'late', which: random.int(0, 1_000_000) };
  if (roll < 0.78) return { do: 'next' };
  return { do: 'advance', ms: random.pick([1, 10, 100, 500, 1_000, 2_000, 2_000, 3_000, 5_000, 10_000, 30_000]) };
}

/** Plays a story on a machine, then lets the world heal and waits: what is wanted must come true. */
export function play(machine: LifecycleMachine, { seed, steps }: Story): readonly Line[] {
  const world = new World(machine, seed);
  for (const step of steps) {
    take(world, step);
    if (world.broken) return world.history;
  }
  world.heal();
  world.clock.advance(25_000);
  world.end();
  return world.history;
}

function take(world: World, step: Step): void {
  const { clock } = world;
  switch (step.do) {
    case 'PROBE_NOW': return world.command({ type: 'PROBE_NOW', at: world.at() });
    case 'QUIT urgent': return world.command({ type: 'QUIT', urgent: true });
    case 'sleep': return world.sleep(step.ms);
    case 'advance': return clock.advance(step.ms);
    case 'next': return clock.advance(Math.min(clock.next() - clock.now(), 60_000));
    case 'kill': return world.living?.die({ code: null, signal: 'SIGKILL' });
    case 'hang': {
      if (world.living !== undefined) world.living.hung = !world.living.hung;
      return;
    }
    case 'crash at the edge': return crashAtTheEdge(world, step.over);
    case 'late': return late(world, step.which);
    default: return world.command({ type: step.do });
  }
}

function crashAtTheEdge(world: World, over: 0 | 1): void {
  const crashes = (): number[] => [...new Set(world.history.flatMap((line) => (line.kind === 'status' && line.crash !== null ? [line.crash.at] : [])))];
  for (let tries = 0; tries < 4 && crashes().length < 2; tries += 1) {
    world.living?.die({ code: 1, signal: null });
    world.clock.advance(5_000);
  }
  const [first, second] = crashes().slice(-2);
  if (first === undefined || second === undefined) return;
  world.clock.advance(Math.max(0, first + WINDOW_MS + over - world.at()));
  world.promptExit = true;
  world.living?.die({ code: 1, signal: null });
  world.promptExit = false;
}

function late(world: World, which: number): void {
  const { probe, generation: current } = world.actor.getSnapshot().context;
  if (which % 2 === 0 && probe > 0) {
    const abandoned = { generation: current, probe: probe - 1, at: world.at() };
    world.late(which % 4 === 0 ? { type: 'PROBE_OK', ...abandoned, proof: true } : { type: 'PROBE_MISSED', ...abandoned, why: 'late' });
    return;
  }
  const ended = world.ended();
  const generation = ended[which % ended.length];
  if (generation === undefined) return;
  const stamp = { generation, at: world.at() };
  const facts: readonly (Fact & { readonly generation: number })[] = [
    { type: 'EXITED', ...stamp, code: 1, signal: null, portTaken: false, stderrTail: [] },
    { type: 'SPAWN_FAILED', ...stamp, reason: null, detail: '' },
    { type: 'SPAWN_FAILED', ...stamp, reason: 'not-runnable', detail: '' },
    { type: 'READY', ...stamp, proof: true },
    { type: 'PROBE_OK', ...stamp, probe: probe - 1, proof: true },
    { type: 'PROBE_MISSED', ...stamp, probe: probe - 1, why: 'late' },
    // These are late for a generation before the current one only: of the current one they may still be on their way.
    ...(generation === current ? [] : [
      { type: 'SPAWNED', generation, pid: 1 } as const,
      { type: 'PROBE_OK', ...stamp, probe, proof: true } as const,
      { type: 'PROBE_MISSED', ...stamp, probe, why: 'late' } as const,
      { type: 'ASK_REFUSED', generation } as const,
      { type: 'SWEPT', ...stamp } as const,
    ]),
  ];
  const fact = facts[Math.floor(which / 1_000) % facts.length];
  if (fact !== undefined) world.late(fact);
}
