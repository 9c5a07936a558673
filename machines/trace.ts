/** Records a machine's life as NDJSON, one line per macrostep, and replays such a record by pure transitions: no clock, no effects. */
import {
  createActor, fromCallback, initialTransition,
  type AnyActorRef, type AnyActorScope, type AnyEventObject, type AnyMachineSnapshot, type AnyStateMachine, type AnyTransitionDefinition, type InspectionEvent,
} from 'xstate';

export const TRACE_FORMAT = 1;

/** What a machine is and remembers at one moment; `context` whole, policy included. */
interface Moment {
  readonly value: unknown;
  readonly context: unknown;
}

/** First line of every file. `snapshot` is null where the file begins with the machine itself. */
export interface TraceHeader {
  readonly kind: 'header';
  readonly format: number;
  readonly machine: string;
  /** Of the machine's structure; a guard's or action's inside does not count. */
  readonly hash: string;
  readonly appVersion: string;
  readonly input: unknown;
  /** Number of the next step. */
  readonly seq: number;
  readonly snapshot: Moment | null;
}

/** One macrostep. Times in milliseconds, monotonic. */
export interface TraceStep {
  readonly kind: 'step';
  /** Has a hole where a line could not be written. */
  readonly seq: number;
  readonly t: number;
  /** `ext`, `timer`, or the id of the child that reported. */
  readonly from: string;
  /** How long the event was queued. */
  readonly wait: number;
  readonly event: AnyEventObject;
  readonly value: unknown;
  readonly status: string;
  /** The context after the step, without `policy`, which never changes. */
  readonly ctx: unknown;
  /** Ids as in `transitionId`. */
  readonly transitions: readonly string[];
  readonly actions: readonly string[];
  readonly ignored?: true;
}

export interface RecorderOptions {
  readonly machine: AnyStateMachine;
  readonly input: unknown;
  readonly appVersion: string;
  readonly now: () => number;
  /** Gets whole lines, newline included. May throw: the line is lost, the app is not. */
  readonly write: (line: string) => void;
}

export interface Recorder {
  /** For `createActor(machine, {inspect})`. Never throws. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The header of a new file: whoever rotates writes it first, so that each file replays by itself. */
  readonly header: () => string;
  /** Lines that could not be made or written. */
  readonly lost: () => number;
}

/** `source|event|index`: the index among the source's transitions for that event, in the order they are tried. */
export function transitionId(taken: AnyTransitionDefinition): string {
  const alternatives = taken.source.transitions.get(taken.eventType) ?? [];
  return `${taken.source.id}|${taken.eventType}|${alternatives.indexOf(taken)}`;
}

export function createRecorder({ machine, input, appVersion, now, write }: RecorderOptions): Recorder {
  const startedAt = now();
  const hash = machineHash(machine);
  // `@xstate.event` comes when an event is queued, `@xstate.snapshot` when it was processed: paired by identity.
  const queued = new WeakMap<AnyEventObject, { readonly at: number; readonly from: string }>();
  let done = nothingDone();
  let last: Moment | null = null;
  let seq = 0;
  let lost = 0;

  const header = (): string =>
    line({ kind: 'header', format: TRACE_FORMAT, machine: machine.id, hash, appVersion, input, seq, snapshot: last } satisfies TraceHeader);
  const guarded = (f: () => void): void => {
    try {
      f();
    } catch {
      lost += 1;
    }
  };

  function step(event: AnyEventObject, snapshot: AnyMachineSnapshot): void {
    const { transitions, actions } = done;
    done = nothingDone();
    const before = last;
    last = { value: snapshot.value, context: snapshot.context };
    // What the machine is at first is no step.
    if (before === null) return;
    const at = now();
    const sent = queued.get(event) ?? { at, from: 'ext' };
    const ignored = before.context === snapshot.context && actions.length === 0 && JSON.stringify(before.value) === JSON.stringify(snapshot.value);
    const mine = seq;
    seq += 1;
    write(line({
      kind: 'step', seq: mine, t: tenths(at - startedAt), from: sent.from, wait: tenths(at - sent.at),
      event, value: snapshot.value, status: snapshot.status, ctx: withoutPolicy(snapshot.context), transitions, actions,
      ...(ignored ? { ignored: true as const } : {}),
    } satisfies TraceStep));
  }

  guarded(() => write(header()));
  return {
    header,
    lost: () => lost,
    // Called inside createActor too, when the actor is only half made: nothing here may touch it.
    inspect: (inspected) => guarded(() => {
      if (inspected.rootId !== inspected.actorRef.sessionId) return;
      if (inspected.type === '@xstate.event') {
        const { event, sourceRef, actorRef } = inspected;
        queued.set(event, { at: now(), from: sourceRef === undefined ? 'ext' : sourceRef === actorRef ? 'timer' : (sourceRef as AnyActorRef).id });
      } else if (inspected.type === '@xstate.action') done.actions.push(describeAction(inspected.action));
      else if (inspected.type === '@xstate.microstep') done.transitions.push(...inspected._transitions.map(transitionId));
      else if (inspected.type === '@xstate.snapshot') step(inspected.event, inspected.snapshot as AnyMachineSnapshot);
    }),
  };
}

/** One thing that differs: where, and both values. */
export interface Difference {
  readonly path: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

export type Replay =
  | { readonly same: true; readonly hashMatches: boolean; readonly steps: number }
  /** `seq` and `event` of the first step that went another way; `differences` is never empty. */
  | { readonly same: false; readonly hashMatches: boolean; readonly steps: number; readonly seq: number; readonly event: string; readonly differences: readonly Difference[] };

/** Runs a record through `machine`, step by step, until it ends or goes another way. Throws a TraceError where the text is no trace. */
export function replay(machine: AnyStateMachine, ndjson: string): Replay {
  const { header, steps } = parseTrace(ndjson);
  const hashMatches = header.hash === machineHash(machine);
  let snapshot: AnyMachineSnapshot = header.snapshot === null
    ? initialTransition(machine, header.input)[0]
    : resume(machine, header.snapshot);
  const step = createStepper(machine);
  let expected = header.seq;
  let count = 0;
  for (const recorded of steps) {
    const differs = (differences: readonly Difference[]): Replay =>
      ({ same: false, hashMatches, steps: count, seq: recorded.seq, event: recorded.event.type, differences });
    if (recorded.seq !== expected) return differs([{ path: 'seq', recorded: recorded.seq, replayed: expected }]);
    const { snapshot: after, transitions, actions } = step(snapshot, recorded.event);
    snapshot = after;
    const replayed = { value: after.value, status: after.status, ctx: withoutPolicy(after.context), transitions, actions };
    const differences = (['value', 'status', 'ctx', 'transitions', 'actions'] as const)
      .flatMap((key) => difference(key, recorded[key], plain(replayed[key])));
    if (differences.length > 0) return differs(differences);
    expected += 1;
    count += 1;
  }
  return { same: true, hashMatches, steps: count };
}

export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/** Header and steps of one file. A last line without its end is what a killed app leaves: dropped. */
export function parseTrace(ndjson: string): { header: TraceHeader; steps: TraceStep[] } {
  const lines = ndjson.split('\n');
  lines.pop();
  const [header, ...steps] = lines.map((text, index) => parseLine(text, index + 1));
  if (header?.kind !== 'header') throw new TraceError('The first line is no trace header');
  if (header.format !== TRACE_FORMAT) throw new TraceError(`Trace format ${header.format} is not ${TRACE_FORMAT}`);
  return { header, steps: steps.filter((step) => step.kind === 'step') };
}

/** 53 bits of the machine's structure as hex; says "same machine?", not "unforged". */
export function machineHash(machine: AnyStateMachine): string {
  // What was written, names included; `toJSON()` repeats every node for each of its transitions, and costs the app's start 24 ms.
  return hash53(JSON.stringify(machine.config)).toString(16).padStart(14, '0');
}

function parseLine(text: string, number: number): TraceHeader | TraceStep {
  try {
    // A reviver makes parsing several times slower, and hardly any line holds an error.
    return JSON.parse(text, text.includes('"$error"') ? revive : undefined) as TraceHeader | TraceStep;
  } catch (cause) {
    throw new TraceError(`Line ${number} is not JSON`, { cause });
  }
}

/** One macrostep, purely: nothing is executed, started or timed. */
export interface PureStep {
  readonly snapshot: AnyMachineSnapshot;
  /** Ids of all transitions of the macrostep, raised events included, in order. */
  readonly transitions: readonly string[];
  readonly actions: readonly string[];
}

/** Steps a machine purely, and tells which transitions were taken, which XState's own `transition()` does not. */
export function createStepper(machine: AnyStateMachine): (before: AnyMachineSnapshot, event: AnyEventObject) => PureStep {
  let done = nothingDone();
  const self = createActor(machine, {
    inspect: (inspected) => {
      if (inspected.type === '@xstate.microstep') done.transitions.push(...inspected._transitions.map(transitionId));
    },
  });
  const scope: AnyActorScope = {
    self, system: self.system, id: '', sessionId: '', logger: nothing, defer: nothing, emit: nothing, stopChild: nothing,
    actionExecutor: (action) => done.actions.push(describeAction(action)),
  };
  return (before, event) => {
    done = nothingDone();
    return { snapshot: machine.transition(before, event, scope), ...done };
  };
}

const nothing = (): void => undefined;

/** A snapshot to go on from; its children only stand there to be sent to and stopped. */
function resume(machine: AnyStateMachine, moment: Moment): AnyMachineSnapshot {
  const config = { value: moment.value, context: moment.context } as Parameters<AnyStateMachine['resolveState']>[0];
  const snapshot = machine.resolveState(config);
  for (const node of snapshot._nodes) {
    for (const { id } of node.invoke) snapshot.children[id] = createActor(fromCallback(() => undefined), { id });
  }
  return snapshot;
}

function describeAction({ type, params }: { readonly type: string; readonly params?: unknown }): string {
  // Asked of XState's own actions only, which always have them.
  const field = (name: string): unknown => (params as Readonly<Record<string, unknown>>)[name];
  const event = (): string => (field('event') as AnyEventObject).type;
  switch (type) {
    case 'xstate.raise': return field('delay') === undefined ? `raise ${event()}` : `arm ${String(field('id'))} ${String(field('delay'))}`;
    case 'xstate.sendTo': return `send ${event()} to ${String(field('targetId'))}`;
    case 'xstate.spawnChild': return `start ${String(field('src'))}`;
    case 'xstate.stopChild': return `stop ${String(field('id'))}`;
    case 'xstate.cancel': return `cancel ${String(field('sendId'))}`;
    default: return type;
  }
}

function difference(path: string, recorded: unknown, replayed: unknown): Difference[] {
  if (JSON.stringify(recorded) === JSON.stringify(replayed)) return [];
  if (!isRecord(recorded) || !isRecord(replayed)) return [{ path, recorded, replayed }];
  const keys = new Set([...Object.keys(recorded), ...Object.keys(replayed)]);
  return [...keys].flatMap((key) => difference(`${path}.${key}`, recorded[key], replayed[key]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);

function withoutPolicy(context: Readonly<Record<string, unknown>>): unknown {
  const { policy: _, ...rest } = context;
  return rest;
}

/** What a macrostep did, as far as is known: nothing yet. */
const nothingDone = (): { readonly transitions: string[]; readonly actions: string[] } => ({ transitions: [], actions: [] });

/** Milliseconds to one place, which is as much as anybody reads. */
const tenths = (ms: number): number => Math.round(ms * 10) / 10;

const line = (value: TraceHeader | TraceStep): string => `${JSON.stringify(value, flattenErrors)}\n`;
/** As it would come back from a file. Nothing that is compared holds an Error; only events do. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

const flattenErrors = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { $error: { name: value.name, message: value.message } } : value;

function revive(_key: string, value: unknown): unknown {
  if (!isRecord(value) || !isRecord(value['$error'])) return value;
  const { name, message } = value['$error'];
  return Object.assign(new Error(String(message)), { name: String(name) });
}

/** cyrb53, public domain: small, and the same everywhere. */
function hash53(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 2_654_435_761);
    high = Math.imul(high ^ code, 1_597_334_677);
  }
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & high) + (low >>> 0);
}
