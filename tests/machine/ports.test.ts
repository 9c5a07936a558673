/** Somebody takes the port between our scan and the backend's bind: on to the next one, and no crash. */
import { Rig } from './support/rig';

const taken = (rig: Rig): Rig => rig.exited({ code: 98, portTaken: true });

describe('Scenario: Backend uses dynamic port allocation (macOS)', () => {
  it('goes on to the next port without a crash', () => {
    const rig = taken(new Rig().toProbing());
    expect(rig.status).toMatchObject({ state: 'starting', subState: 'moving', crashes: 0, crash: null });
    rig.swept();
    expect(rig.state).toBe('starting.choosingPort');
    expect(rig.started.at(-1)).toMatchObject({ effect: 'choosePort', input: { excluded: [8000] } });
    rig.port(8001).spawned().ready();
    expect(rig.status).toMatchObject({ state: 'healthy', port: 8001, url: 'http://127.0.0.1:8001', generation: 2, crashes: 0 });
  });

  it('waits for the sweep before it chooses, and chooses at once after it', () => {
    const rig = taken(new Rig().toProbing()).wait(1_000);
    expect([rig.state, rig.process, rig.running.has('choosePort')]).toEqual(['starting.moving', 'sweeping.busy', false]);
    expect(rig.swept().running.has('choosePort')).toBe(true);
  });

  it('excludes each port that was taken, until a backend is healthy', () => {
    const rig = taken(taken(new Rig().toProbing()).swept().port(8001).spawned()).swept();
    expect(rig.started.at(-1)).toMatchObject({ effect: 'choosePort', input: { excluded: [8000, 8001] } });
    rig.port(8002).spawned().ready().say('RESTART').exited({ code: 0 }).swept().located();
    expect(rig.started.at(-1)).toMatchObject({ effect: 'choosePort', input: { excluded: [], former: 8002 } });
  });

  it('forgets them on RETRY', () => {
    const rig = taken(new Rig().toProbing()).swept().send({ type: 'NO_PORTS', detail: '' }).say('RETRY').located();
    expect(rig.started.at(-1)).toMatchObject({ effect: 'choosePort', input: { excluded: [] } });
  });

  it.each([
    ['before it said SPAWNED', (rig: Rig) => rig.say('START').located().port()],
    ['while slow', (rig: Rig) => rig.toProbing().wait(30_000)],
  ])('moves %s', (_when, way) => {
    expect(taken(way(new Rig())).state).toBe('starting.moving');
  });

  it('is a crash after the backend had answered', () => {
    expect(taken(new Rig().toHealthy()).status).toMatchObject({ state: 'crashed', crashes: 1 });
  });

  it('tries the former port first after a crash and after a restart', () => {
    const rig = new Rig().say('START').located().port(8437).spawned().ready().exited().swept().wait(2_000).located();
    expect(rig.started.at(-1)).toMatchObject({ effect: 'choosePort', input: { former: 8437 } });
  });

  it('says unkillable where what the backend started does not go', () => {
    expect(taken(new Rig().toProbing()).wait(3_000).status).toMatchObject({ state: 'fatal', reason: 'unkillable' });
  });
});
