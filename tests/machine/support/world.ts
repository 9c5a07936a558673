/** A world for the real machine: its effects, played by fake backends, on a simulated clock, with every happening written down. */
import { createActor, type ActorRefFrom } from 'xstate';
import type { Command, Fact } from '../../../machines/events';
import type { LifecycleMachine } from '../../../machines/lifecycle';
import { DEFAULT_POLICY, type Policy } from '../../../machines/policy';
import { project, type Projection } from '../../../machines/status';
import { SimulatedClock } from './clock';
import { inWorld, join } from './effects';
import { EXIT_CODES, FakeBackend, PORT_TAKEN, type Death, type Mood } from './fake-backend';
import type { Happening, Line } from './history';
import { Random } from './random';

const POLICY: Policy = { ...DEFAULT_POLICY, shutdown: { ...DEFAULT_POLICY.shutdown, dump: true }, exitCodes: EXIT_CODES };

export class World {
  readonly clock = new SimulatedClock();
  readonly history: Line[] = [];
  readonly random: Random;
  readonly backends = new Map<number, FakeBackend>();
  readonly actor: ActorRefFrom<LifecycleMachine>;
  probesInFlight = 0;
  /** The next exit is told in the millisecond of the death. */
  promptExit = false;
  healed = false;
  broken = false;
  readonly #seed: number;
  readonly #mood: Mood;
  readonly #countsSleep: boolean;
  readonly #deliver = new Map<number, (fact: Fact) => void>();
  #sleptMs = 0;
  #published: Projection | null = null;
  #seq = 0;
  #process = 'none';

  constructor(machine: LifecycleMachine, seed: number) {
    this.#seed = seed;
    this.random = Random.of(seed, 0);
    this.#mood = { malice: this.random.chance(0.2) ? 0 : this.random.next(), slow: this.random.chance(0.15) };
    this.#countsSleep = this.random.chance(0.5);
    this.actor = createActor(inWorld(machine), { clock: this.clock, input: { policy: POLICY } });
    join(this.actor.system, this);
    this.actor.subscribe({ next: () => this.#publish(), error: (error) => this.#break(error) });
    this.actor.start();
  }

  /** Monotonic; whether it counts sleep differs from system to system, so it differs from world to world. */
  at(): number {
    return this.clock.now() + this.#sleptMs;
  }

  log(happening: Happening): void {
    this.history.push({ t: this.clock.now(), at: this.at(), ...happening });
  }

  /** The chance of a fault: none once the world is healed. */
  bad(probability: number): boolean {
    return this.random.chance(probability * this.#mood.malice) && !this.healed;
  }

  command(command: Command): void {
    this.log({ kind: 'command', command: command.type, urgent: command.type === 'QUIT' && command.urgent === true });
    this.actor.send(command);
    this.log({ kind: 'command-end' });
  }

  sleep(ms: number): void {
    this.log({ kind: 'sleep', ms });
    if (this.#countsSleep) this.#sleptMs += ms;
    this.command({ type: 'RESUME', at: this.at() });
  }

  /** The latest generation's backend, if it is alive. */
  get living(): FakeBackend | undefined {
    const latest = [...this.backends.values()].at(-1);
    return latest?.alive === true ? latest : undefined;
  }

  spawn(generation: number, deliver: (fact: Fact) => void): FakeBackend {
    this.#deliver.set(generation, deliver);
    const backend = new FakeBackend(this.clock, Random.of(this.#seed, 1, generation), this.#mood, (death) => this.#died(generation, death));
    if (this.healed) backend.heal();
    this.backends.set(generation, backend);
    return backend;
  }

  /** Nobody listens to that generation's exit any more. */
  deafen(generation: number): void {
    this.#deliver.delete(generation);
  }

  /** Generations whose every report has been told: what they say now is late. */
  ended(): number[] {
    return [...this.backends].filter(([generation, { alive }]) => !alive && !this.#deliver.has(generation)).map(([generation]) => generation);
  }

  late(fact: Fact & { readonly generation: number }): void {
    const before = this.actor.getSnapshot();
    this.actor.send(fact);
    const after = this.actor.getSnapshot();
    const changed = before.context !== after.context || JSON.stringify(before.value) !== JSON.stringify(after.value);
    this.log({ kind: 'late', type: fact.type, generation: fact.generation, changed });
  }

  heal(): void {
    this.healed = true;
    for (const backend of this.backends.values()) backend.heal();
    this.log({ kind: 'healed' });
  }

  end(): void {
    if (!this.broken) this.log({ kind: 'end', projection: JSON.stringify(project(this.actor.getSnapshot())) });
  }

  #died(generation: number, { code, signal }: Death): void {
    this.log({ kind: 'dead', generation });
    const tell = (): void => {
      const deliver = this.#deliver.get(generation);
      if (deliver === undefined) return;
      const portTaken = code === PORT_TAKEN;
      this.log({ kind: 'exit-told', generation, code, signal, portTaken });
      deliver({ type: 'EXITED', generation, at: this.at(), code, signal, portTaken, stderrTail: [] });
    };
    if (this.promptExit) tell();
    else this.clock.setTimeout(tell, this.random.int(0, 4));
  }

  #publish(): void {
    const snapshot = this.actor.getSnapshot();
    if (snapshot.status !== 'active') return;
    const { process } = snapshot.value;
    const path = typeof process === 'string' ? process : Object.entries(process).map(([outer, inner]) => `${outer}.${inner}`).join();
    if (path !== this.#process) this.log({ kind: 'process', process: path });
    this.#process = path;
    const projection = project(snapshot);
    if (this.#published !== null && same(projection, this.#published)) return;
    this.#published = projection;
    this.log({ kind: 'status', seq: this.#seq, ...projection });
    this.#seq += 1;
  }

  #break(error: unknown): void {
    this.broken = true;
    this.log({ kind: 'machine-error', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Crash records are replaced, never changed, so the flat comparison is enough. */
function same(a: Projection, b: Projection): boolean {
  return (Object.keys(a) as (keyof Projection)[]).every((key) => a[key] === b[key]);
}
