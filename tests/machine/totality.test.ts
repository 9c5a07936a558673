/** Guards and actions are total: one that throws would end the machine for good, so where a chart hands them another event than their own, they refuse it and change nothing. */
import { createActor } from 'xstate';
import type { LifecycleContext } from '../../machines/context';
import type { LifecycleEvent } from '../../machines/events';
import { rules } from '../../machines/rules';
import { Rig } from './support/rig';

const context: LifecycleContext = { ...new Rig().toHealthy().context, lastProbeAt: null };
const stamp = { generation: context.generation, at: 1_000 };
const exit = { code: 1, signal: null, portTaken: true, stderrTail: [] };
const EVENTS: readonly LifecycleEvent[] = [
  // With fields that only others have a right to.
  { type: 'STOP', urgent: true, hard: true } as LifecycleEvent, { type: 'QUIT', urgent: true }, { type: 'RESUME', at: 1_000 },
  // Where no probe was before, none can be too soon.
  { type: 'PROBE_NOW', at: 5 }, { type: 'LOCATED' },
  { type: 'NOT_LOCATED', reason: 'not-runnable', detail: '' }, { type: 'PORT', port: 8001 }, { type: 'NO_PORTS', detail: '' },
  { type: 'SPAWNED', generation: context.generation, pid: 1 }, { type: 'SPAWN_FAILED', ...stamp, reason: 'not-runnable', detail: '' }, { type: 'SPAWN_FAILED', ...stamp, reason: null, detail: 'EAGAIN' },
  { type: 'EXITED', ...stamp, ...exit }, { type: 'READY', ...stamp, proof: true },
  { type: 'PROBE_OK', ...stamp, probe: context.probe, proof: true }, { type: 'PROBE_MISSED', ...stamp, probe: context.probe, why: '' },
  { type: 'ASK_REFUSED', generation: context.generation }, { type: 'SWEPT', ...stamp },
  { type: 'process.end', hard: true }, { type: 'process.lost', at: 1_000, spawnError: null, ...exit },
];
type Guard = 'current' | 'currentProbe' | 'proven' | 'provenProbe' | 'permanent' | 'portTaken' | 'mayAsk' | 'mayDump' | 'urgent' | 'notTooSoon' | 'lastMiss';

/** Which of the events a guard takes, asked of all of them. */
function taken(guard: Guard, changes: Partial<LifecycleContext> = {}): readonly string[] {
  const machine = rules.createMachine({
    context: { ...context, ...changes }, initial: 'asked',
    states: { asked: { on: { '*': { guard, target: 'taken' } } }, taken: {} },
  });
  return EVENTS.filter((event) => {
    const actor = createActor(machine, { input: {} }).start();
    actor.send(event);
    return actor.getSnapshot().value === 'taken';
  }).map(({ type }) => type);
}

const dumping = { policy: { ...context.policy, shutdown: { ...context.policy.shutdown, dump: true } } };

describe('a guard takes its own events only:', () => {
  it.each<[Guard, readonly string[], Partial<LifecycleContext>]>([
    ['current', ['SPAWNED', 'SPAWN_FAILED', 'SPAWN_FAILED', 'EXITED', 'READY', 'PROBE_OK', 'PROBE_MISSED', 'ASK_REFUSED', 'SWEPT'], {}],
    ['currentProbe', ['PROBE_OK', 'PROBE_MISSED'], {}],
    ['lastMiss', ['PROBE_OK', 'PROBE_MISSED'], { attempt: 3 }],
    ['proven', ['READY', 'PROBE_OK'], {}],
    ['provenProbe', ['PROBE_OK'], {}],
    ['permanent', ['SPAWN_FAILED'], {}],
    ['portTaken', ['process.lost'], {}],
    ['mayAsk', [], {}],
    ['mayDump', ['process.end'], dumping],
    ['urgent', ['QUIT'], {}],
    ['notTooSoon', ['PROBE_NOW'], {}],
  ])('%s: %j', (guard, types, changes) => {
    expect(taken(guard, changes)).toEqual(types);
  });
});

describe('an action that is handed another event changes nothing:', () => {
  it.each([
    ['setPort', ['PORT']],
    ['setPid', ['SPAWNED']],
    ['setReason', ['NOT_LOCATED', 'SPAWN_FAILED']],
    ['stampProbe', ['RESUME', 'PROBE_NOW', 'SPAWN_FAILED', 'SPAWN_FAILED', 'EXITED', 'READY', 'PROBE_OK', 'PROBE_MISSED', 'SWEPT', 'process.lost']],
    ['stampLost', ['RESUME', 'PROBE_NOW', 'SPAWN_FAILED', 'SPAWN_FAILED', 'EXITED', 'READY', 'PROBE_OK', 'PROBE_MISSED', 'SWEPT', 'process.lost']],
    ['stampGone', ['RESUME', 'PROBE_NOW', 'SPAWN_FAILED', 'SPAWN_FAILED', 'EXITED', 'READY', 'PROBE_OK', 'PROBE_MISSED', 'SWEPT', 'process.lost']],
  ] as const)('%s', (actions, types) => {
    const machine = rules.createMachine({ context, on: { '*': { actions } } });
    const changing = EVENTS.filter((event) => {
      const actor = createActor(machine, { input: {} }).start();
      actor.send(event);
      return JSON.stringify(actor.getSnapshot().context) !== JSON.stringify(context);
    });
    expect(changing.map(({ type }) => type)).toEqual(types);
  });
});
