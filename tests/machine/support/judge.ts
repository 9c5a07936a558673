/** Plays stories until one breaks a rule, makes that story as short as it can be, and says how to see it again. */
import type { LifecycleMachine } from '../../../machines/lifecycle';
import { check, type Violation } from './checker';
import { toJsonLines } from './history';
import { play, storyOf, type Step, type Story } from './story';

export interface Broken {
  readonly seed: number;
  readonly steps: readonly Step[];
  readonly violation: Violation;
}

/** The first of `count` stories from seed `first` on that breaks a rule; null where all keep them. */
export function firstBroken(machine: LifecycleMachine, first: number, count: number): Broken | null {
  for (let seed = first; seed < first + count; seed += 1) {
    const story = storyOf(seed);
    const [violation] = check(play(machine, story));
    if (violation !== undefined) return { seed, steps: story.steps, violation };
  }
  return null;
}

/** The same story without the steps that the violation does not need. */
export function shrink(machine: LifecycleMachine, { seed, steps, violation }: Broken): Broken {
  const broken = (candidate: readonly Step[]): Violation | undefined =>
    check(play(machine, { seed, steps: candidate })).find(({ rule }) => rule === violation.rule);
  let best: Broken = { seed, steps, violation };
  for (let size = steps.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < best.steps.length;) {
      const candidate = [...best.steps.slice(0, from), ...best.steps.slice(from + size)];
      const still = broken(candidate);
      if (still === undefined) from += size;
      else best = { seed, steps: candidate, violation: still };
    }
  }
  return best;
}

/** For people: the rule, the story, the end of its history, and the command that shows it again. */
export function explain(machine: LifecycleMachine, broken: Broken): string {
  const short = shrink(machine, broken);
  const story: Story = { seed: short.seed, steps: short.steps };
  const history = play(machine, story).filter(({ t }) => t <= short.violation.t).slice(-40);
  return [
    `Rule "${short.violation.rule}" at ${short.violation.t} ms: ${short.violation.message}`,
    `Story ${short.seed}, ${short.steps.length} of ${broken.steps.length} steps:`,
    ...short.steps.map((step) => `  ${JSON.stringify(step)}`),
    'History up to there:', toJsonLines(history),
    `Again: SEED=${short.seed} npx jest tests/machine/invariants-1`,
  ].join('\n');
}

const numberFrom = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
};

/** Part `part` of `parts` of the stories of this run: SEED=n is that one, SEQUENCES=n how many, FIRST_SEED=n where they begin. */
export function share(part: number, parts: number): { readonly first: number; readonly count: number } {
  if (process.env['SEED'] !== undefined) return { first: numberFrom('SEED', 1), count: part === 0 ? 1 : 0 };
  const count = Math.ceil(numberFrom('SEQUENCES', 20_000) / parts);
  return { first: numberFrom('FIRST_SEED', 1) + part * count, count };
}
