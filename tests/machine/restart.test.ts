/** RESTART by a person: the old process goes by the stop ladder, costs no budget, and a new one comes. */
import { Rig, WAYS } from './support/rig';

describe('RESTART', () => {
  const expected: Readonly<Record<string, string>> = {
    idle: 'starting.locating', 'starting.locating': 'starting.locating', 'starting.choosingPort': 'starting.locating',
    'starting.spawning': 'starting.evicting', 'starting.probing.patient': 'starting.evicting', 'starting.probing.slow': 'starting.evicting',
    'starting.evicting': 'starting.evicting', 'starting.moving': 'starting.evicting',
    'healthy.resting': 'starting.evicting', 'healthy.checking': 'starting.evicting', unhealthy: 'starting.evicting',
    'reconnecting.attempting': 'starting.evicting', 'reconnecting.pausing': 'starting.evicting', 'reconnecting.replacing': 'starting.evicting', 'reconnecting.replacing (dumping)': 'starting.evicting',
    crashed: 'starting.evicting', backoff: 'starting.locating',
    fatal: 'fatal', 'fatal (process stuck)': 'fatal', 'fatal (sweep stuck)': 'fatal',
    'stopping (asking)': 'starting.evicting', 'stopping (terminating)': 'starting.evicting',
    'stopping (killing)': 'starting.evicting', 'stopping (sweeping)': 'starting.evicting', stopped: 'starting.locating',
  };

  it.each(Object.keys(WAYS))('in %s', (name) => {
    const rig = WAYS[name]?.(new Rig()) ?? new Rig();
    const { spawns } = rig;
    const { crashes } = rig.status;
    rig.say('RESTART');
    expect(rig.state).toBe(expected[name]);
    expect(rig.status.crashes).toBe(crashes);
    if (rig.state === 'fatal') return;
    rig.exited({ code: 0 }).swept().again().ready();
    expect(rig.status).toMatchObject({ state: 'healthy', crashes });
    expect(rig.spawns).toBe(spawns + 1);
  });

  it('asks a proven backend, and does not ask twice', () => {
    const rig = new Rig().toHealthy().say('RESTART', 'RESTART', 'RESTART');
    expect([rig.process, rig.started.filter(({ effect }) => effect === 'ask').length]).toEqual(['present.asking', 1]);
    expect(rig.wait(5_000).wait(2_000).signals.map(({ signal }) => signal)).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('costs no budget, however often', () => {
    const rig = new Rig().toHealthy();
    for (let times = 0; times < 5; times += 1) rig.say('RESTART').exited({ code: 0 }).swept().again().ready();
    expect(rig.status).toMatchObject({ state: 'healthy', generation: 6, crashes: 0, crash: null });
  });

  it('does not mend a spent budget: the third crash is fatal all the same', () => {
    const rig = new Rig().toBackoff().wait(2_000).again().exited().swept().wait(2_000).again().exited();
    expect(rig.status).toMatchObject({ state: 'crashed', crashes: 3 });
    expect(rig.say('RESTART').state).toBe('crashed');
    expect(rig.swept().status).toMatchObject({ state: 'fatal', reason: 'crash-budget' });
  });

  it('does not mend it while the process is being replaced either', () => {
    const rig = new Rig().toBackoff().wait(2_000).again().exited().swept().wait(2_000).again().ready().wait(30_000).probeMissed();
    for (let attempt = 0; attempt < 3; attempt += 1) rig.wait(1_000).probeMissed();
    expect(rig.say('RESTART').state).toBe('reconnecting.replacing');
  });

  it('takes the place of the wait before a restart', () => {
    const rig = new Rig().toBackoff().wait(100).say('RESTART');
    expect(rig.state).toBe('starting.locating');
    expect(rig.wait(2_000).started.filter(({ effect }) => effect === 'locate')).toHaveLength(2);
  });

  it('says unkillable where the old process does not go', () => {
    const rig = new Rig().toHealthy().say('RESTART').wait(10_000);
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'unkillable' });
    expect(rig.spawns).toBe(1);
  });
});
