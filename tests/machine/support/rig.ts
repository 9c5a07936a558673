/** The machine on a simulated clock with effects that do nothing but stand there: the test itself says what they report. */
import { createActor, fromCallback, type ActorRefFrom, type AnyEventObject } from 'xstate';
import type { EffectInputs } from '../../../machines/context';
import type { Command, Fact } from '../../../machines/events';
import { lifecycle, type LifecycleMachine } from '../../../machines/lifecycle';
import { DEFAULT_POLICY, type Policy } from '../../../machines/policy';
import { project, type Projection } from '../../../machines/status';
import { createRecorder, type Recorder } from '../../../machines/trace';
import { SimulatedClock } from './clock';

export type EffectName = keyof EffectInputs;
export const EFFECTS = ['locate', 'choosePort', 'process', 'awaitReady', 'probe', 'ask', 'sweep'] as const satisfies readonly EffectName[];

/** One start of an effect. */
export interface Started {
  readonly effect: EffectName;
  readonly at: number;
  readonly input: Readonly<Record<string, unknown>>;
}

type Facts<Type extends Fact['type']> = Omit<Extract<Fact, { type: Type }>, 'type' | 'generation' | 'at'>;

export interface RigOptions {
  readonly machine?: LifecycleMachine;
  readonly policy?: Partial<Policy>;
  /** Effects that throw as soon as they are started. */
  readonly throwing?: readonly EffectName[];
}

export class Rig {
  readonly #throwing: readonly EffectName[];
  readonly clock = new SimulatedClock();
  readonly actor: ActorRefFrom<LifecycleMachine>;
  readonly started: Started[] = [];
  /** Effects that run now, by name; `probe` at most once, as all others. */
  readonly running = new Set<EffectName>();
  readonly signals: { readonly signal: string; readonly at: number }[] = [];
  /** The machine's errors; a test that sees one has failed. */
  readonly errors: unknown[] = [];
  readonly recorder: Recorder;
  /** The life so far as NDJSON. */
  trace = '';

  constructor({ machine = lifecycle, policy = {}, throwing = [] }: RigOptions = {}) {
    this.#throwing = throwing;
    const provided = withStandIns(machine);
    const input = { policy: { ...DEFAULT_POLICY, ...policy } };
    this.recorder = createRecorder({
      machine: provided, input, appVersion: 'test', now: this.clock.now, write: (line) => { this.trace += line; },
    });
    this.actor = createActor(provided, { input, clock: this.clock, inspect: this.recorder.inspect });
    RIGS.set(this.actor.system, this);
    this.actor.subscribe({ error: (error) => this.errors.push(error) });
    this.actor.start();
  }

  /** What a stand-in does when the machine starts it; gives what it does when it is stopped. */
  begin(name: EffectName, input: Readonly<Record<string, unknown>>): () => void {
    this.started.push({ effect: name, at: this.clock.now(), input });
    if (this.#throwing.includes(name)) throw new Error(`${name} is broken`);
    this.running.add(name);
    return () => this.running.delete(name);
  }

  get context() { return this.actor.getSnapshot().context; }
  get status(): Projection { return project(this.actor.getSnapshot()); }
  /** `starting.probing.slow`. */
  get state(): string { return [this.status.state, this.status.subState].filter(Boolean).join('.'); }
  /** `present.asking`. */
  get process(): string {
    const value = this.actor.getSnapshot().value.process;
    return typeof value === 'string' ? value : Object.entries(value).map(([key, inner]) => `${key}.${inner}`).join();
  }
  get spawns(): number { return this.started.filter(({ effect }) => effect === 'process').length; }
  get probes(): number { return this.started.filter(({ effect }) => effect === 'probe').length; }

  send(...events: readonly (Command | Fact)[]): this {
    for (const event of events) this.actor.send(event);
    return this;
  }

  /** Commands by name. */
  say(...types: readonly ('START' | 'STOP' | 'RESTART' | 'RETRY' | 'KEEP_WAITING' | 'QUIT')[]): this {
    return this.send(...types.map((type) => ({ type })));
  }

  /** The system woke up, or somebody doubts the backend; `at` is now. */
  resume(): this { return this.send({ type: 'RESUME', at: this.clock.now() }); }
  probeNow(): this { return this.send({ type: 'PROBE_NOW', at: this.clock.now() }); }

  wait(ms: number): this {
    this.clock.advance(ms);
    return this;
  }

  // What the effects of the present generation report, now.
  located(): this { return this.send({ type: 'LOCATED' }); }
  port(port = 8000): this { return this.send({ type: 'PORT', port }); }
  spawned(pid = 4711): this { return this.send({ type: 'SPAWNED', ...this.#generation(), pid }); }
  spawnFailed(reason: Facts<'SPAWN_FAILED'>['reason'], detail = 'EAGAIN'): this {
    return this.send({ type: 'SPAWN_FAILED', ...this.#stamp(), reason, detail });
  }
  ready(proof = true): this { return this.send({ type: 'READY', ...this.#stamp(), proof }); }
  exited(exit: Partial<Facts<'EXITED'>> = {}): this {
    return this.send({ type: 'EXITED', ...this.#stamp(), code: 1, signal: null, portTaken: false, stderrTail: [], ...exit });
  }
  swept(): this { return this.send({ type: 'SWEPT', ...this.#stamp() }); }
  probeOk(proof = true): this { return this.send({ type: 'PROBE_OK', ...this.#stamp(), probe: this.context.probe, proof }); }
  probeMissed(why = 'timeout'): this { return this.send({ type: 'PROBE_MISSED', ...this.#stamp(), probe: this.context.probe, why }); }
  askRefused(): this { return this.send({ type: 'ASK_REFUSED', ...this.#generation() }); }

  // Ways to a state.
  toProbing(): this { return this.say('START').located().port().spawned(); }
  toHealthy(): this { return this.toProbing().ready(); }
  /** From backoff or a command that starts anew. */
  again(): this { return this.located().port(this.context.port ?? 8000).spawned(); }
  toUnhealthy(): this { return this.toHealthy().wait(30_000).probeMissed(); }
  /** Healthy, then all four probes missed: the process is being ended. */
  toReplacing(): this {
    this.toUnhealthy().wait(1_000);
    return this.probeMissed().wait(1_000).probeMissed().wait(1_000).probeMissed();
  }
  toCrashed(): this { return this.toHealthy().exited(); }
  toBackoff(): this { return this.toCrashed().swept(); }
  /** Three crashes at once. */
  toFatal(): this {
    this.toBackoff();
    for (let crash = 0; crash < 2; crash += 1) this.wait(2_000).again().exited().swept();
    return this;
  }
  /** Fatal, with a process that nothing ends. */
  toUnkillable(): this { return this.toProbing().say('STOP').wait(5_000); }

  #generation() { return { generation: this.context.generation }; }
  #stamp() { return { ...this.#generation(), at: this.clock.now() }; }
}

// Providing effects builds the whole machine again, so it is done once; which rig a start belongs to is known by its actor system.
const RIGS = new WeakMap<object, Rig>();
const PROVIDED = new WeakMap<LifecycleMachine, LifecycleMachine>();

function withStandIns(machine: LifecycleMachine): LifecycleMachine {
  const known = PROVIDED.get(machine);
  if (known !== undefined) return known;
  const standIn = (name: EffectName) => fromCallback<AnyEventObject, Readonly<Record<string, unknown>>>(({ input, receive, system }) => {
    const rig = RIGS.get(system);
    receive((event) => rig?.signals.push({ signal: event.type, at: rig.clock.now() }));
    return rig?.begin(name, input);
  });
  const provided = machine.provide({ actors: Object.fromEntries(EFFECTS.map((name) => [name, standIn(name)])) });
  PROVIDED.set(machine, provided);
  return provided;
}

/** Every leaf of both regions that matters, with a way to it; for "in every state" tests. */
export const WAYS: Readonly<Record<string, (rig: Rig) => Rig>> = {
  idle: (rig) => rig,
  'starting.locating': (rig) => rig.say('START'),
  'starting.choosingPort': (rig) => rig.say('START').located(),
  'starting.spawning': (rig) => rig.say('START').located().port(),
  'starting.probing.patient': (rig) => rig.toProbing(),
  'starting.probing.slow': (rig) => rig.toProbing().wait(30_000),
  'starting.evicting': (rig) => rig.toHealthy().say('RESTART'),
  'starting.moving': (rig) => rig.toProbing().exited({ code: 98, portTaken: true }),
  'healthy.resting': (rig) => rig.toHealthy(),
  'healthy.checking': (rig) => rig.toHealthy().wait(30_000),
  unhealthy: (rig) => rig.toUnhealthy(),
  'reconnecting.attempting': (rig) => rig.toUnhealthy().wait(1_000),
  'reconnecting.pausing': (rig) => rig.toUnhealthy().wait(1_000).probeMissed(),
  'reconnecting.replacing': (rig) => rig.toReplacing(),
  // Where the backend can be asked for its stacks, which the policy must say.
  'reconnecting.replacing (dumping)': () => new Rig({ policy: { shutdown: { ...DEFAULT_POLICY.shutdown, dump: true } } }).toReplacing(),
  crashed: (rig) => rig.toCrashed(),
  backoff: (rig) => rig.toBackoff(),
  fatal: (rig) => rig.toFatal(),
  'fatal (process stuck)': (rig) => rig.toUnkillable(),
  'fatal (sweep stuck)': (rig) => rig.toCrashed().wait(3_000),
  'stopping (asking)': (rig) => rig.toHealthy().say('STOP'),
  'stopping (terminating)': (rig) => rig.toProbing().say('STOP'),
  'stopping (killing)': (rig) => rig.toProbing().say('STOP').wait(2_000),
  'stopping (sweeping)': (rig) => rig.toHealthy().say('STOP').exited({ code: 0 }),
  stopped: (rig) => rig.toHealthy().say('STOP').exited({ code: 0 }).swept(),
};
