/** The machine's seven effects, played in the world that its actor system belongs to. */
import { fromCallback, type AnyEventObject } from 'xstate';
import type { EffectInputs } from '../../../machines/context';
import type { Fact } from '../../../machines/events';
import type { LifecycleMachine } from '../../../machines/lifecycle';
import type { World } from './world';

const WORLDS = new WeakMap<object, World>();
const PROVIDED = new WeakMap<LifecycleMachine, LifecycleMachine>();

/** Says which world an actor system lives in. */
export const join = (system: object, world: World): void => {
  WORLDS.set(system, world);
};

/** Providing builds the whole machine again, which costs more than a story: once for all worlds. */
export function inWorld(machine: LifecycleMachine): LifecycleMachine {
  const known = PROVIDED.get(machine);
  if (known !== undefined) return known;
  const provided = machine.provide({ actors: { locate, choosePort, process, awaitReady, probe, ask, sweep } });
  PROVIDED.set(machine, provided);
  return provided;
}

interface Stage<Input> {
  readonly world: World;
  readonly input: Input;
  readonly tell: (fact: Fact) => void;
  /** A timer that ends with the effect. */
  readonly later: (ms: number, run: () => void) => void;
  readonly receive: (listener: (event: AnyEventObject) => void) => void;
}

const effect = <Name extends keyof EffectInputs>(play: (stage: Stage<EffectInputs[Name]>) => (() => void) | void) =>
  fromCallback<AnyEventObject, EffectInputs[Name]>(({ input, sendBack, receive, system }) => {
    const world = WORLDS.get(system);
    if (world === undefined) throw new Error('This machine lives in no world');
    const timers: unknown[] = [];
    const later = (ms: number, run: () => void): void => {
      timers.push(world.clock.setTimeout(run, ms));
    };
    const end = play({ world, input, tell: sendBack, later, receive });
    return () => {
      for (const timer of timers) world.clock.clearTimeout(timer);
      end?.();
    };
  });

const locate = effect<'locate'>(({ world, tell, later }) => {
  world.log({ kind: 'locate' });
  if (world.bad(0.02)) return;
  const missing = world.bad(0.03);
  later(world.random.int(0, 5), () => {
    world.log({ kind: missing ? 'not-located' : 'located' });
    tell(missing ? { type: 'NOT_LOCATED', reason: 'executable-missing', detail: 'not there' } : { type: 'LOCATED' });
  });
});

const choosePort = effect<'choosePort'>(({ world, input, tell, later }) => {
  world.log({ kind: 'choose', excluded: input.excluded, former: input.former });
  if (world.bad(0.02)) return;
  const none = world.bad(0.03);
  let port = input.former ?? 8000;
  while (input.excluded.includes(port)) port += 1;
  later(world.random.int(0, 20), () => {
    world.log({ kind: none ? 'no-ports' : 'port' });
    tell(none ? { type: 'NO_PORTS', detail: 'all taken' } : { type: 'PORT', port });
  });
});

const process = effect<'process'>(({ world, input, tell, later, receive }) => {
  const { generation } = input;
  world.log({ kind: 'spawn', generation, port: input.port });
  receive(({ type }) => {
    world.log({ kind: 'signal', generation, signal: type });
    world.backends.get(generation)?.signal(type);
  });
  if (world.bad(0.06)) {
    const permanent = world.random.chance(0.3);
    later(world.random.int(0, 2), () => {
      world.log({ kind: 'spawn-failed', generation, permanent });
      tell({ type: 'SPAWN_FAILED', generation, at: world.at(), reason: permanent ? 'not-runnable' : null, detail: 'EAGAIN' });
    });
    return () => undefined;
  }
  world.spawn(generation, tell);
  later(world.random.int(0, 3), () => {
    world.log({ kind: 'spawned', generation });
    tell({ type: 'SPAWNED', generation, pid: 1_000 + generation });
  });
  return () => world.deafen(generation);
});

const awaitReady = effect<'awaitReady'>(({ world, input, tell, later }) => {
  const { generation } = input;
  world.log({ kind: 'await-ready', generation });
  const poll = (): void => {
    later(500, poll);
    const backend = world.backends.get(generation);
    if (backend?.answers !== true) return;
    world.log({ kind: 'answer', generation, proof: !backend.stranger });
    tell({ type: 'READY', generation, at: world.at(), proof: !backend.stranger });
  };
  later(world.random.int(1, 10), poll);
});

const probe = effect<'probe'>(({ world, input, tell, later }) => {
  const { generation, probe: number, timeoutMs } = input;
  world.probesInFlight += 1;
  world.log({ kind: 'probe', generation, probe: number, inFlight: world.probesInFlight, timeoutMs });
  const miss = (why: string): void => {
    world.log({ kind: 'miss', generation });
    tell({ type: 'PROBE_MISSED', generation, at: world.at(), probe: number, why });
  };
  const fault = world.bad(0.06);
  const roundTripMs = world.bad(0.08) ? world.random.int(0, 6_000) : world.random.int(0, 10);
  later(roundTripMs, () => {
    const backend = world.backends.get(generation);
    if (backend?.alive !== true) miss('ECONNREFUSED');
    else if (fault) miss('500');
    else if (backend.answers) {
      // A stranger may take the port at any time.
      const proof = !world.bad(0.02);
      world.log({ kind: 'answer', generation, proof });
      tell({ type: 'PROBE_OK', generation, at: world.at(), probe: number, proof });
    }
  });
  later(timeoutMs, () => miss('timeout'));
  return () => {
    world.probesInFlight -= 1;
  };
});

const ask = effect<'ask'>(({ world, input, tell, later }) => {
  const { generation } = input;
  const backend = world.backends.get(generation);
  world.log({ kind: 'ask', generation });
  if (backend?.alive !== true || backend.ask === 'refuses') {
    later(world.random.int(0, 10), () => {
      world.log({ kind: 'ask-refused', generation });
      tell({ type: 'ASK_REFUSED', generation });
    });
  } else backend.asked(world.random.int(0, world.bad(0.5) ? 4_000 : 20));
});

const sweep = effect<'sweep'>(({ world, input, tell, later }) => {
  const { generation } = input;
  world.log({ kind: 'sweep', generation });
  const since = world.clock.now();
  const look = (): void => {
    const left = (world.backends.get(generation)?.descendantsMs ?? 0) - (world.clock.now() - since);
    if (left > 0) return later(Math.min(left, 500), look);
    world.log({ kind: 'group-empty', generation });
    tell({ type: 'SWEPT', generation, at: world.at() });
  };
  later(world.random.int(0, 5), look);
});
