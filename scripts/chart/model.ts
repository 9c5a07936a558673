/** What the picture shows, taken from the machine's own definition: states, edges between them, and what stays inside a state. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

export type Kind = 'event' | 'internal' | 'after' | 'error';

/** One way from a state: several of one pair of states share an arrow. */
export interface Way {
  readonly label: string;
  readonly guard: string | null;
  readonly kind: Kind;
}

export interface Edge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly ways: readonly Way[];
}

export interface State {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Effects, entry actions, and what an event does without leaving. */
  readonly lines: readonly string[];
  readonly initial: string | null;
  readonly children: readonly State[];
}

export interface Region {
  readonly state: State;
  readonly edges: readonly Edge[];
}

/** `delayMs` says how long a named delay is, where the default policy decides that alone. */
export function regionsOf(machine: AnyStateMachine, delayMs: (name: string) => number): readonly Region[] {
  const wayOf = (transition: AnyTransitionDefinition): Way => ({ ...labelOf(transition.eventType, delayMs), guard: nameOf(transition.guard) });
  return children(machine.root).map((root) => {
    const grouped = new Map<string, { source: string; target: string; ways: Way[] }>();
    for (const node of withBelow(root)) {
      for (const transition of outOf(node)) {
        for (const target of transition.target ?? []) {
          if (inside(node, target)) continue;
          const id = `${node.id}>${target.id}`;
          const edge = grouped.get(id) ?? { source: node.id, target: target.id, ways: [] };
          edge.ways.push(wayOf(transition));
          grouped.set(id, edge);
        }
      }
    }
    const edges = [...grouped].map(([id, edge]) => ({ id, ...edge }));
    return { state: stateOf(root, wayOf), edges };
  });
}

function stateOf(node: AnyStateNode, wayOf: (transition: AnyTransitionDefinition) => Way): State {
  const kept = outOf(node).filter(({ target }) => target === undefined || target.every((one) => inside(node, one)));
  const ignored = kept.filter(({ target, actions, guard }) => target === undefined && actions.length === 0 && guard === undefined);
  const staying = kept.filter((transition) => !ignored.includes(transition)).map((transition) => {
    const { label, guard } = wayOf(transition);
    const doing = transition.actions.map(nameOf).filter((name) => name !== null);
    const to = (transition.target ?? []).map((target) => target.id.slice(node.id.length + 1));
    return [label, guard === null ? '' : `[${guard}]`, ...to.map((name) => `→ ${name}`), doing.length === 0 ? '' : `/ ${doing.join(', ')}`].filter(Boolean).join(' ');
  });
  return {
    id: node.id, name: node.key, description: node.description ?? '',
    lines: [
      ...actionsOf(node.invoke.map(({ src }) => src)).map((name) => `▷ ${name}`),
      ...actionsOf(node.entry).map((name) => `entry / ${name}`),
      ...actionsOf(node.exit).map((name) => `exit / ${name}`),
      ...staying,
      ...(ignored.length === 0 ? [] : [`ignores ${ignored.map((transition) => `${wayOf(transition).label}${isLastOfMany(transition) ? ' otherwise' : ''}`).join(', ')}`]),
    ],
    initial: node.type === 'compound' ? node.initial.target[0]?.id ?? null : null,
    children: children(node).map((child) => stateOf(child, wayOf)),
  };
}

const children = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states).toSorted((a, b) => a.order - b.order);
const withBelow = (node: AnyStateNode): AnyStateNode[] => [node, ...children(node).flatMap(withBelow)];
const outOf = (node: AnyStateNode): AnyTransitionDefinition[] => [...node.transitions.values()].flat();
/** Others for the same event are tried before it. */
const isLastOfMany = ({ source, eventType }: AnyTransitionDefinition): boolean => (source.transitions.get(eventType)?.length ?? 0) > 1;
/** Below the state: nothing that an arrow could show. */
const inside = (outer: AnyStateNode, node: AnyStateNode): boolean => node !== outer && node.id.startsWith(`${outer.id}.`);

/** Names stand in the definition; XState's own helpers (timers, raised events without a name) do not belong into the picture. */
const actionsOf = (actions: readonly unknown[]): string[] => actions.map(nameOf).filter((name) => name !== null);
function nameOf(thing: unknown): string | null {
  if (typeof thing === 'string') return thing;
  if (typeof thing === 'object' && thing !== null && 'type' in thing && typeof thing.type === 'string' && !thing.type.startsWith('xstate.')) return thing.type;
  return null;
}

function labelOf(eventType: string, delayMs: (name: string) => number): { label: string; kind: Kind } {
  const after = /^xstate\.after\.([^.]+)\./.exec(eventType)?.[1];
  if (after !== undefined) return { label: `after ${delayMs(after) / 1_000} s · ${after}`, kind: 'after' };
  if (eventType.startsWith('xstate.error.')) return { label: 'effect failed', kind: 'error' };
  return { label: eventType, kind: eventType.startsWith('process.') ? 'internal' : 'event' };
}
