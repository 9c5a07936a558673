/** Reports of an old generation, or of an abandoned probe, change nothing; neither does a report said twice. */
import type { Fact } from '../../machines/events';
import { Rig, WAYS } from './support/rig';

const old = (rig: Rig, generation: number): readonly Fact[] => {
  const stamp = { generation, at: rig.clock.now() };
  const { probe } = rig.context;
  return [
    { type: 'SPAWNED', generation, pid: 99 },
    { type: 'SPAWN_FAILED', ...stamp, reason: null, detail: '' },
    { type: 'SPAWN_FAILED', ...stamp, reason: 'not-runnable', detail: '' },
    { type: 'EXITED', ...stamp, code: 1, signal: null, portTaken: false, stderrTail: [] },
    { type: 'EXITED', ...stamp, code: 98, signal: null, portTaken: true, stderrTail: [] },
    { type: 'READY', ...stamp, proof: true },
    { type: 'PROBE_OK', ...stamp, probe, proof: true },
    { type: 'PROBE_OK', ...stamp, probe, proof: false },
    { type: 'PROBE_MISSED', ...stamp, probe, why: '' },
    { type: 'ASK_REFUSED', generation },
    { type: 'SWEPT', ...stamp },
  ];
};

function expectNothing(rig: Rig, fact: Fact): void {
  const before = rig.actor.getSnapshot();
  rig.send(fact);
  const after = rig.actor.getSnapshot();
  expect([fact.type, after.value]).toEqual([fact.type, before.value]);
  expect(after.context).toBe(before.context);
}

describe('an old generation', () => {
  it.each(Object.keys(WAYS))('is not heard in %s', (name) => {
    const rig = WAYS[name]?.(new Rig()) ?? new Rig();
    for (const generation of [rig.context.generation - 1, rig.context.generation + 1]) {
      for (const fact of old(rig, generation)) expectNothing(rig, fact);
    }
  });
});

describe('an old probe', () => {
  it.each(['healthy.checking', 'reconnecting.attempting'])('is not heard in %s', (name) => {
    const rig = WAYS[name]?.(new Rig()) ?? new Rig();
    const stamp = { generation: rig.context.generation, probe: rig.context.probe - 1, at: rig.clock.now() };
    expectNothing(rig, { type: 'PROBE_MISSED', ...stamp, why: 'late' });
    expectNothing(rig, { type: 'PROBE_OK', ...stamp, proof: true });
    expectNothing(rig, { type: 'PROBE_OK', ...stamp, proof: false });
  });
});

describe('the numbers of probes', () => {
  it('are never used again, so that the answer to one that was missed is late in the first attempt', () => {
    const rig = new Rig().toUnhealthy();
    const missed = rig.context.probe;
    rig.wait(1_000);
    expectNothing(rig, { type: 'PROBE_OK', generation: 1, probe: missed, at: rig.clock.now(), proof: true });
    rig.probeMissed().wait(1_000).probeMissed().wait(1_000);
    const numbers = rig.started.filter(({ effect }) => effect === 'probe').map(({ input }) => input['probe']);
    expect(numbers).toEqual([1, 2, 3, 4]);
  });
});

describe('a report said twice', () => {
  it('SPAWNED, READY, EXITED and SWEPT count once', () => {
    const rig = new Rig().toHealthy();
    expectNothing(rig, { type: 'READY', generation: 1, at: 0, proof: true });
    rig.exited();
    expectNothing(rig, { type: 'EXITED', generation: 1, at: 0, code: 1, signal: null, portTaken: false, stderrTail: [] });
    rig.swept();
    expectNothing(rig, { type: 'SWEPT', generation: 1, at: 0 });
    expect(rig.status.crashes).toBe(1);
  });
});
