/** Row: random sequences of 50 steps through the machine on a simulated clock, against a bare toy of XState: two states and a counter. */
import path from 'node:path';
import { runnerImport } from 'vite';
import { assign, createActor, fromCallback, setup, type AnyEventObject } from 'xstate';
import type { EffectInputs } from '../../machines/context';
import type * as Lifecycle from '../../machines/lifecycle';
import type * as Clock from '../../tests/machine/support/clock';
import { ROOT } from '../setup/paths.mjs';
import { median, type Row } from './statistics.ts';

const REACH = 0.3;
const STEPS_A_SEQUENCE = 50;
/** Long enough that a pause of the machine, or of the collector of garbage, is a small part. */
const ROUND_MS = 1_000;

/** An effect that only stands there. */
const idle = <Name extends keyof EffectInputs>() => fromCallback<AnyEventObject, EffectInputs[Name]>(() => undefined);

/** The least that does something at each event: a change of state, and a number in the context. */
const toy = setup({
  types: { context: {} as { count: number } },
  actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
}).createMachine({
  context: { count: 0 },
  initial: 'off',
  states: { off: { on: { NEXT: { target: 'on', actions: 'count' } } }, on: { on: { NEXT: { target: 'off', actions: 'count' } } } },
});

type Step = (generation: number, probe: number) => AnyEventObject;

/** Commands of people and facts of effects, as the tests of the machine draw them: some are for this moment, many are not. */
const STEPS: readonly Step[] = [
  ...['START', 'STOP', 'RESTART', 'RETRY', 'KEEP_WAITING', 'LOCATED'].map((type): Step => () => ({ type })),
  () => ({ type: 'PROBE_NOW', at: 0 }),
  () => ({ type: 'RESUME', at: 0 }),
  () => ({ type: 'PORT', port: 8000 }),
  (generation) => ({ type: 'SPAWNED', generation, pid: 4_711 }),
  (generation) => ({ type: 'READY', generation, at: 0, proof: true }),
  (generation, probe) => ({ type: 'PROBE_OK', generation, at: 0, probe, proof: true }),
  (generation, probe) => ({ type: 'PROBE_MISSED', generation, at: 0, probe, why: 'timeout' }),
  (generation) => ({ type: 'EXITED', generation, at: 0, code: 1, signal: null, portTaken: false, stderrTail: [] }),
  (generation) => ({ type: 'ASK_REFUSED', generation }),
  (generation) => ({ type: 'SWEPT', generation, at: 0 }),
];

/** The same draws in each run (a linear congruential generator, Numerical Recipes). */
function* draws(seed: number): Generator<Step> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const step = STEPS[Math.floor((state / 2 ** 32) * STEPS.length)];
    if (step !== undefined) yield step;
  }
}

/** Sequences a second. */
function rate(sequence: () => void): number {
  const from = performance.now();
  let count = 0;
  for (; performance.now() - from < ROUND_MS; count += 1) sequence();
  return count / ((performance.now() - from) / 1_000);
}

export async function benchSequences(rounds: number): Promise<Row[]> {
  const load = async <Module>(file: string): Promise<Module> =>
    (await runnerImport<Module>(path.join(ROOT, file), { root: ROOT, configFile: false, logLevel: 'error' })).module;
  const { lifecycle } = await load<typeof Lifecycle>('machines/lifecycle.ts');
  const { SimulatedClock } = await load<typeof Clock>('tests/machine/support/clock.ts');
  const ours = lifecycle.provide({
    actors: {
      locate: idle<'locate'>(), choosePort: idle<'choosePort'>(), process: idle<'process'>(), awaitReady: idle<'awaitReady'>(),
      probe: idle<'probe'>(), ask: idle<'ask'>(), sweep: idle<'sweep'>(),
    },
  });
  const steps = draws(1);
  const samples = { ours: [] as number[], toy: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    samples.ours.push(rate(() => {
      const actor = createActor(ours, { clock: new SimulatedClock(), input: {} }).start();
      for (let step = 0; step < STEPS_A_SEQUENCE; step += 1) {
        const { generation, probe } = actor.getSnapshot().context;
        const draw = steps.next().value as Step;
        actor.send(draw(generation, probe) as Parameters<typeof actor.send>[0]);
      }
      actor.stop();
    }));
    samples.toy.push(rate(() => {
      const actor = createActor(toy, { clock: new SimulatedClock() }).start();
      for (let step = 0; step < STEPS_A_SEQUENCE; step += 1) actor.send({ type: 'NEXT' });
      actor.stop();
    }));
  }
  const share = median(samples.ours) / median(samples.toy);
  return [{
    what: `random sequences of ${STEPS_A_SEQUENCE} steps through the machine`,
    measured: `${Math.round(median(samples.ours))} a second = ${share.toFixed(2)} ×`,
    limit: `a toggle ${Math.round(median(samples.toy))} a second`,
    reach: `≥${REACH} ×`, ok: share >= REACH, samples,
  }];
}
