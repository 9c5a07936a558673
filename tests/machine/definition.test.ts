/** What can be said of the definition itself: everything has a name, and every state takes every event. */
import type { AnyStateNode } from 'xstate';
import type { Command, Fact } from '../../machines/events';
import { lifecycle } from '../../machines/lifecycle';
import { Rig, WAYS } from './support/rig';

const nodes = (node: AnyStateNode = lifecycle.root): readonly AnyStateNode[] => [node, ...Object.values(node.states).flatMap((child) => nodes(child))];
const transitions = nodes().flatMap((node) => [...node.transitions.values()].flat());
const { actions, guards, delays, actors } = lifecycle.implementations;
const isOurs = (action: unknown): boolean => !(typeof action === 'object' && action !== null && 'type' in action && String(action.type).startsWith('xstate.'))
  && !(typeof action === 'function' && ['raise', 'cancel'].includes(action.name));

describe('names', () => {
  it('every delay is known: XState would fire a mistyped one at once', () => {
    const used = nodes().flatMap((node) => node.after.map(({ delay }) => delay));
    expect(used.filter((delay) => typeof delay !== 'string')).toEqual([]);
    expect(new Set(used)).toEqual(new Set(Object.keys(delays)));
  });

  it('every guard is named and known, none is inline, none is unused', () => {
    const used = transitions.flatMap(({ guard }) => (guard === undefined ? [] : [guard]));
    expect(used.filter((guard) => typeof guard !== 'string')).toEqual([]);
    expect(used.filter((guard) => typeof guard === 'string' && !(guard in guards))).toEqual([]);
    expect(Object.keys(guards).filter((name) => !used.includes(name))).toEqual([]);
  });

  it('every action is named and known, none is inline, none is unused', () => {
    const used = [...transitions.flatMap((transition) => transition.actions), ...nodes().flatMap(({ entry, exit }) => [...entry, ...exit])].filter(isOurs);
    const names = used.map((action) => (typeof action === 'object' && 'type' in action ? action.type : action));
    expect(names.filter((name) => typeof name !== 'string' || !(name in actions))).toEqual([]);
    expect(Object.keys(actions).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('every effect is known', () => {
    const used = nodes().flatMap((node) => node.invoke.map(({ src }) => src));
    expect(new Set(used)).toEqual(new Set(Object.keys(actors)));
  });

  it('every state below the regions has a sentence for people', () => {
    expect(nodes().filter((node) => node !== lifecycle.root && !node.description).map(({ id }) => id)).toEqual([]);
  });
});

describe('every state takes every event', () => {
  const stamp = { generation: 1, at: 40_000 };
  const exit = { code: 1, signal: null, portTaken: false, stderrTail: [] };
  const events: readonly (Command | Fact)[] = [
    { type: 'START' }, { type: 'STOP' }, { type: 'RESTART' }, { type: 'RETRY' }, { type: 'KEEP_WAITING' }, { type: 'QUIT' }, { type: 'QUIT', urgent: true },
    { type: 'RESUME', at: 40_000 }, { type: 'PROBE_NOW', at: 40_000 }, { type: 'LOCATED' }, { type: 'NOT_LOCATED', reason: 'executable-missing', detail: '' },
    { type: 'PORT', port: 8001 }, { type: 'NO_PORTS', detail: '' }, { type: 'SPAWNED', generation: 1, pid: 1 },
    { type: 'SPAWN_FAILED', ...stamp, reason: null, detail: '' }, { type: 'SPAWN_FAILED', ...stamp, reason: 'not-runnable', detail: '' },
    { type: 'EXITED', ...stamp, ...exit }, { type: 'EXITED', ...stamp, ...exit, portTaken: true },
    { type: 'READY', ...stamp, proof: true }, { type: 'READY', ...stamp, proof: false },
    { type: 'PROBE_OK', ...stamp, probe: 1, proof: true }, { type: 'PROBE_OK', ...stamp, probe: 1, proof: false },
    { type: 'PROBE_MISSED', ...stamp, probe: 1, why: '' }, { type: 'ASK_REFUSED', generation: 1 }, { type: 'SWEPT', ...stamp },
  ];

  it('by ways to every state there is, and with every event that the definition knows', () => {
    const visited = new Set(Object.values(WAYS).flatMap((way) => way(new Rig()).actor.getSnapshot()._nodes.map(({ id }) => id)));
    expect(nodes().map(({ id }) => id).filter((id) => !visited.has(id))).toEqual([]);
    const fromOutside = lifecycle.events.filter((type) => !/^(xstate|process)\./.test(type));
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual([...fromOutside].sort());
  });

  it.each(Object.keys(WAYS))('%s', (name) => {
    for (const event of events) {
      const rig = (WAYS[name]?.(new Rig()) ?? new Rig()).send(event);
      // Whatever it did: no error, and a person can still stop it.
      expect([event.type, rig.errors, rig.actor.getSnapshot().status]).toEqual([event.type, [], 'active']);
      rig.wait(60_000).say('STOP').wait(13_000);
      expect([event.type, ['stopped', 'fatal'].includes(rig.state)]).toEqual([event.type, true]);
    }
  });

  it.each(Object.keys(WAYS))('%s ignores what it does not know', (name) => {
    const rig = WAYS[name]?.(new Rig()) ?? new Rig();
    const before = rig.actor.getSnapshot();
    for (const type of ['NONSENSE', 'process', 'xstate.done.actor.x', '']) rig.actor.send({ type } as unknown as Command);
    expect(rig.actor.getSnapshot().value).toEqual(before.value);
    expect(rig.actor.getSnapshot().context).toBe(before.context);
  });
});
