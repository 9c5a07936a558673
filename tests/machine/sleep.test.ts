/** Waking from sleep: whatever was waiting says nothing, so the backend is asked anew. */
import { Rig } from './support/rig';

const EIGHT_HOURS_MS = 8 * 3_600_000;

describe('RESUME', () => {
  it('probes at once', () => {
    expect(new Rig().toHealthy().wait(1).resume().state).toBe('healthy.checking');
  });

  it('throws away a probe that spanned the sleep and begins a new one', () => {
    const rig = new Rig().toHealthy().wait(30_000);
    const slept = { type: 'PROBE_MISSED', generation: 1, probe: rig.context.probe, at: rig.clock.now(), why: 'timeout' } as const;
    rig.resume();
    expect([rig.state, rig.probes]).toEqual(['healthy.checking', 2]);
    expect(rig.send(slept).state).toBe('healthy.checking');
    expect(rig.probeOk().state).toBe('healthy.resting');
  });

  it('does not wait before it reconnects', () => {
    expect(new Rig().toUnhealthy().resume().status).toMatchObject({ subState: 'attempting', attempt: 1 });
  });

  it('begins the attempts anew, in an attempt', () => {
    const rig = new Rig().toUnhealthy().wait(1_000).probeMissed().wait(1_000);
    expect(rig.status.attempt).toBe(2);
    const { probes } = rig;
    expect(rig.resume().status).toMatchObject({ subState: 'attempting', attempt: 1 });
    expect(rig.probes).toBe(probes + 1);
  });

  it('begins the attempts anew, between two', () => {
    const rig = new Rig().toUnhealthy().wait(1_000).probeMissed().wait(1_000).probeMissed();
    expect(rig.resume().status).toMatchObject({ subState: 'attempting', attempt: 1 });
  });

  it.each(['idle', 'locating', 'probing', 'crashed', 'backoff', 'stopping', 'stopped'] as const)('changes nothing while %s', (name) => {
    const ways = {
      idle: (rig: Rig) => rig, locating: (rig: Rig) => rig.say('START'), probing: (rig: Rig) => rig.toProbing(), crashed: (rig: Rig) => rig.toCrashed(),
      backoff: (rig: Rig) => rig.toBackoff(), stopping: (rig: Rig) => rig.toHealthy().say('STOP'),
      stopped: (rig: Rig) => rig.toHealthy().say('STOP').exited().swept(),
    };
    const rig = ways[name](new Rig());
    const before = rig.actor.getSnapshot();
    rig.resume();
    expect(rig.actor.getSnapshot().value).toEqual(before.value);
    expect(rig.actor.getSnapshot().context).toBe(before.context);
  });

  it('eight hours make no crash and no spent budget: `at` jumps, the timers do not', () => {
    const rig = new Rig().toHealthy().send({ type: 'RESUME', at: EIGHT_HOURS_MS });
    rig.send({ type: 'PROBE_OK', generation: 1, probe: rig.context.probe, at: EIGHT_HOURS_MS + 5, proof: true });
    expect(rig.status).toMatchObject({ state: 'healthy', crashes: 0, generation: 1 });
    expect(rig.context.lastProbeAt).toBe(EIGHT_HOURS_MS + 5);
  });
});
