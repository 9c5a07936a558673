/** A greedy tour: from where it stands always to the nearest transition, or guard outcome, that nobody has seen yet. */
import { initialTransition, type AnyEventObject, type AnyMachineSnapshot, type AnyStateNode } from 'xstate';
import { lifecycle } from '../../../machines/lifecycle';
import { DEFAULT_POLICY } from '../../../machines/policy';
import { createStepper, transitionId } from '../../../machines/trace';

const INPUT = { policy: { ...DEFAULT_POLICY, shutdown: { ...DEFAULT_POLICY.shutdown, dump: true }, exitCodes: { 78: 'configuration', 98: 'port-taken' } } } as const;
const nodes = (node: AnyStateNode): readonly AnyStateNode[] => [node, ...Object.values(node.states).flatMap(nodes)];
const ALL = nodes(lifecycle.root).flatMap((node) => [...node.transitions.values()].flat());

const GUARDED = ALL.filter(({ guard }) => guard !== undefined);

/** Every transition, and for every guard that it was false once where it was asked. */
export const TRANSITIONS: readonly string[] = ALL.map(transitionId);
export const REFUSALS: readonly string[] = GUARDED.map((transition) => `not ${transitionId(transition)}`);

export interface Tour {
  readonly covered: ReadonlySet<string>;
  /** Each a life from the start, as events. */
  readonly lives: readonly (readonly AnyEventObject[])[];
}

/** What could happen here: commands, reports of the present and of an old generation, timers that run, effects that throw. */
function possible({ context, _nodes }: AnyMachineSnapshot): readonly AnyEventObject[] {
  const { generation, probe, lastProbeAt, lostAt, goneAt } = context;
  const at = Math.max(lastProbeAt ?? 0, lostAt, goneAt) + 1_000;
  const exit = { at, signal: null, portTaken: false, stderrTail: [] };
  const said = [generation, generation - 1].flatMap((by) => [
    { type: 'SPAWNED', generation: by, pid: 1 }, { type: 'SPAWN_FAILED', generation: by, at, reason: null, detail: '' },
    { type: 'SPAWN_FAILED', generation: by, at, reason: 'not-runnable', detail: '' },
    { type: 'EXITED', generation: by, code: 1, ...exit }, { type: 'EXITED', generation: by, ...exit, code: 98, portTaken: true },
    { type: 'EXITED', generation: by, code: 78, ...exit },
    { type: 'READY', generation: by, at, proof: true }, { type: 'PROBE_OK', generation: by, at, probe, proof: true },
    { type: 'PROBE_OK', generation: by, at, probe, proof: false }, { type: 'PROBE_MISSED', generation: by, at, probe, why: '' },
    { type: 'ASK_REFUSED', generation: by }, { type: 'SWEPT', generation: by, at },
  ]);
  const timers = _nodes.flatMap((node) => node.after.map(({ eventType }) => ({ type: eventType })));
  const errors = _nodes.flatMap((node) => node.invoke.map(({ id }) => ({ type: `xstate.error.actor.${id}`, error: new Error('planted') })));
  return [
    ...['START', 'STOP', 'RESTART', 'RETRY', 'KEEP_WAITING', 'QUIT', 'LOCATED'].map((type) => ({ type })),
    { type: 'QUIT', urgent: true }, { type: 'RESUME', at }, { type: 'PROBE_NOW', at }, { type: 'PROBE_NOW', at: at - 1 },
    { type: 'NOT_LOCATED', reason: 'executable-missing', detail: '' }, { type: 'PORT', port: 8000 }, { type: 'NO_PORTS', detail: '' },
    ...said, ...timers, ...errors,
  ];
}

const stepper = createStepper(lifecycle);

function take(before: AnyMachineSnapshot, event: AnyEventObject): { after: AnyMachineSnapshot; seen: readonly string[] } {
  const { snapshot, transitions } = stepper(before, event);
  const taken = new Set(transitions);
  // An alternative that was passed over was refused; so was one of a state that heard the event and did nothing.
  const heardTypes = new Set([event.type, ...transitions.map((id) => id.split('|')[1] ?? '')]);
  const refused = GUARDED.filter((transition) => {
    if (!heardTypes.has(transition.eventType) || taken.has(transitionId(transition))) return false;
    const alternatives = transition.source.transitions.get(transition.eventType) ?? [];
    const chosen = alternatives.findIndex((alternative) => taken.has(transitionId(alternative)));
    if (chosen >= 0) return chosen > alternatives.indexOf(transition);
    const heard = transition.eventType === event.type && before._nodes.includes(transition.source);
    return heard && !ALL.some((other) => other.eventType === event.type && other.source.id.startsWith(transition.source.id) && taken.has(transitionId(other)));
  });
  return { after: snapshot, seen: [...transitions, ...refused.map((transition) => `not ${transitionId(transition)}`)] };
}

const keyOf = ({ value, context }: AnyMachineSnapshot): string => JSON.stringify([
  value, context.attempt, context.window.length, context.proven, context.quit, context.urgent, context.verdict, context.generation === 0,
]);

interface Path {
  readonly events: readonly AnyEventObject[];
  readonly end: AnyMachineSnapshot;
}

/** Breadth first, to the nearest step that shows something of `missing`. */
function nearest(from: AnyMachineSnapshot, missing: ReadonlySet<string>, limit: number): Path | null {
  const queue: Path[] = [{ events: [], end: from }];
  const known = new Set([keyOf(from)]);
  for (let path = queue.shift(); path !== undefined && known.size < limit; path = queue.shift()) {
    for (const event of possible(path.end)) {
      const { after, seen } = take(path.end, event);
      const next = { events: [...path.events, event], end: after };
      if (seen.some((id) => missing.has(id))) return next;
      const key = keyOf(after);
      if (known.has(key)) continue;
      known.add(key);
      queue.push(next);
    }
  }
  return null;
}

/** Two crashes, then a hang up to the last attempt: what needs a spent budget is too far from the start to be found breadth first. */
const crashes = (generation: number): readonly AnyEventObject[] => [
  { type: 'EXITED', generation, at: generation * 10_000, code: 1, signal: null, portTaken: false, stderrTail: [] },
  { type: 'SWEPT', generation, at: generation * 10_000 + 5 }, { type: 'xstate.after.BACKOFF_LEFT.backend.lifecycle.backoff' },
];
const starts = (generation: number): readonly AnyEventObject[] => [
  { type: 'LOCATED' }, { type: 'PORT', port: 8000 }, { type: 'SPAWNED', generation, pid: 1 }, { type: 'READY', generation, at: generation * 10_000 - 5, proof: true },
];
const missed = (probe: number, wait: string): readonly AnyEventObject[] => [
  { type: 'PROBE_MISSED', generation: 3, at: 40_000 + probe, probe, why: '' }, { type: `xstate.after.RECONNECT_GAP.backend.lifecycle.${wait}` },
];
const NEARLY_SPENT: readonly AnyEventObject[] = [
  { type: 'START' }, ...starts(1), ...crashes(1), ...starts(2), ...crashes(2), ...starts(3), { type: 'xstate.after.LIVENESS.backend.lifecycle.healthy.resting' },
  ...missed(1, 'unhealthy'), ...missed(2, 'reconnecting.pausing'), ...missed(3, 'reconnecting.pausing'),
];

/** The last life begins with a budget nearly spent; all others at the beginning. */
export function greedyTour(goals: readonly string[], limit = 150): Tour {
  const missing = new Set(goals);
  const lives: AnyEventObject[][] = [];
  for (let opening: readonly AnyEventObject[] | null = []; opening !== null && missing.size > 0;) {
    const life: AnyEventObject[] = [];
    let [here]: [AnyMachineSnapshot, ...unknown[]] = initialTransition(lifecycle, INPUT);
    for (const event of opening) {
      here = take(here, event).after;
      life.push(event);
    }
    for (let path = nearest(here, missing, limit); path !== null; path = life.length > 60 ? null : nearest(here, missing, limit)) {
      for (const event of path.events) {
        const { after, seen } = take(here, event);
        for (const id of seen) missing.delete(id);
        here = after;
        life.push(event);
      }
    }
    if (life.length > opening.length) lives.push(life);
    else opening = opening.length === 0 ? NEARLY_SPENT : null;
  }
  return { covered: new Set(goals.filter((id) => !missing.has(id))), lives };
}
