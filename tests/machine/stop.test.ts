/** The stop ladder, once and in order: ask 5 s, SIGTERM 2 s, SIGKILL 3 s; then it says that nothing helps. */
import { Rig, WAYS } from './support/rig';

const names = (rig: Rig): readonly string[] => rig.signals.map(({ signal }) => signal);

describe('Scenario: Backend stops gracefully on app quit', () => {
  it('asks first and sends no signal to a backend that goes', () => {
    const rig = new Rig().toHealthy().say('QUIT');
    expect([rig.state, rig.process]).toEqual(['stopping', 'present.asking']);
    expect(rig.started.at(-1)).toMatchObject({ effect: 'ask', input: { generation: 1, port: 8000 } });
    rig.wait(4_000).exited({ code: 0 });
    expect([rig.state, rig.process]).toEqual(['stopping', 'sweeping.busy']);
    rig.swept();
    expect([rig.state, rig.process, names(rig)]).toEqual(['stopped', 'none', []]);
    expect(rig.status).toMatchObject({ crashes: 0, crash: null });
  });

  it('waits 5 s, sends SIGTERM, waits 2 s, sends SIGKILL', () => {
    const rig = new Rig().toHealthy().say('QUIT').wait(4_999);
    expect(names(rig)).toEqual([]);
    rig.wait(1).wait(1_999);
    expect(rig.signals).toEqual([{ signal: 'SIGTERM', at: 5_000 }]);
    rig.wait(1);
    expect(rig.signals).toEqual([{ signal: 'SIGTERM', at: 5_000 }, { signal: 'SIGKILL', at: 7_000 }]);
    expect(rig.exited({ code: null, signal: 'SIGKILL' }).swept().state).toBe('stopped');
  });

  it('absorbs every later wish: nothing starts any more', () => {
    const rig = new Rig().toHealthy().say('QUIT', 'START', 'RESTART', 'RETRY').exited({ code: 0 }).swept();
    rig.say('START', 'RESTART', 'RETRY', 'KEEP_WAITING');
    expect([rig.state, rig.wait(600_000).spawns]).toEqual(['stopped', 1]);
  });

  it.each(Object.keys(WAYS))('absorbs START, RESTART and RETRY after QUIT in %s', (name) => {
    const rig = WAYS[name]?.(new Rig()) ?? new Rig();
    const before = rig.spawns;
    rig.say('QUIT', 'START', 'RESTART', 'RETRY').exited({ code: 0 }).swept().say('START', 'RESTART', 'RETRY').wait(60_000);
    expect([rig.state, rig.spawns]).toEqual(['stopped', before]);
  });
});

describe('an OS shutdown', () => {
  it('starts with SIGTERM', () => {
    const rig = new Rig().toHealthy().send({ type: 'QUIT', urgent: true });
    expect([rig.state, names(rig)]).toEqual(['stopping', ['SIGTERM']]);
  });

  it('ends the asking of a stop that is under way', () => {
    const rig = new Rig().toHealthy().say('STOP').wait(1_000).send({ type: 'QUIT', urgent: true });
    expect(rig.signals).toEqual([{ signal: 'SIGTERM', at: 1_000 }]);
  });

  it('ends the asking of a restart that is under way', () => {
    const rig = new Rig().toHealthy().say('RESTART').wait(1_000).send({ type: 'QUIT', urgent: true });
    expect(rig.state).toBe('stopping');
    expect(rig.signals).toEqual([{ signal: 'SIGTERM', at: 1_000 }]);
  });

  it('an ordinary QUIT does not hurry, and does not take the urgency back', () => {
    expect(names(new Rig().toHealthy().say('STOP', 'QUIT'))).toEqual([]);
    const rig = new Rig().toHealthy().send({ type: 'QUIT', urgent: true }).say('QUIT');
    expect(rig.context).toMatchObject({ quit: true, urgent: true });
  });
});

describe('the ladder', () => {
  it('begins at SIGTERM before the proof, since the request would carry the token', () => {
    expect(new Rig().toProbing().say('STOP').signals).toEqual([{ signal: 'SIGTERM', at: 0 }]);
    expect(new Rig().say('START').located().port().say('STOP').signals).toEqual([{ signal: 'SIGTERM', at: 0 }]);
  });

  it('begins at SIGTERM where the backend has no shutdown route', () => {
    const rig = new Rig({ policy: { shutdown: { ask: false, dump: false, askMs: 5_000, termMs: 2_000, killMs: 3_000 } } }).toHealthy().say('STOP');
    expect(names(rig)).toEqual(['SIGTERM']);
  });

  it('goes on to SIGTERM at once when the request is refused', () => {
    const rig = new Rig().toHealthy().say('STOP').wait(10).askRefused();
    expect([rig.process, rig.signals]).toEqual(['present.terminating', [{ signal: 'SIGTERM', at: 10 }]]);
    expect(rig.wait(2_000).process).toBe('present.killing');
  });

  it('is not begun again by a second command', () => {
    const rig = new Rig().toHealthy().say('STOP').wait(3_000).say('STOP', 'RESTART', 'STOP', 'QUIT').wait(2_000);
    expect(rig.signals).toEqual([{ signal: 'SIGTERM', at: 5_000 }]);
    expect(rig.say('STOP', 'RESTART', 'STOP').wait(2_000).signals).toHaveLength(2);
    expect(rig.started.filter(({ effect }) => effect === 'ask')).toHaveLength(1);
  });

  it('says that a process is unkillable 3 s after SIGKILL, and spawns nothing beside it', () => {
    const rig = new Rig().toHealthy().say('STOP').wait(9_999);
    expect(rig.state).toBe('stopping');
    expect(rig.wait(1).status).toMatchObject({ state: 'fatal', reason: 'unkillable', detail: 'Process 4711 or one that it started did not end.' });
    rig.say('START', 'RESTART').wait(60_000);
    expect([rig.state, rig.process, rig.spawns]).toEqual(['fatal', 'present.stuck', 1]);
  });

  it('kills again when it is told to stop again', () => {
    const rig = new Rig().toUnkillable().say('STOP');
    expect([rig.state, rig.process, names(rig)]).toEqual(['stopping', 'present.killing', ['SIGTERM', 'SIGKILL', 'SIGKILL']]);
    expect(rig.exited({ signal: 'SIGKILL' }).swept().state).toBe('stopped');
  });

  it('says so too of a process that has not even told its number', () => {
    const rig = new Rig().say('START').located().port().say('STOP').wait(5_000);
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'unkillable', detail: 'Process unknown or one that it started did not end.' });
  });

  it('says unkillable too where a descendant survives the sweep for 3 s', () => {
    const rig = new Rig().toHealthy().say('STOP').exited({ code: 0 }).wait(2_999);
    expect(rig.state).toBe('stopping');
    expect(rig.wait(1).status).toMatchObject({ state: 'fatal', reason: 'unkillable' });
    expect(rig.process).toBe('sweeping.stuck');
    expect(rig.say('STOP').process).toBe('sweeping.busy');
    expect(rig.wait(3_000).state).toBe('fatal');
    expect(rig.say('STOP').swept().state).toBe('stopped');
  });

  it('keeps saying it after the process has gone at last, until somebody acts', () => {
    const rig = new Rig().toUnkillable().exited({ signal: 'SIGKILL' }).swept();
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'unkillable', crashes: 0 });
    expect(rig.say('RETRY').state).toBe('starting.locating');
  });
});

describe('STOP', () => {
  it.each(Object.keys(WAYS))('ends in stopped from %s', (name) => {
    const rig = (WAYS[name]?.(new Rig()) ?? new Rig()).say('STOP');
    expect(['stopping', 'stopped']).toContain(rig.state);
    rig.exited({ code: 0 }).swept();
    expect([rig.state, rig.process, rig.wait(600_000).state]).toEqual(['stopped', 'none', 'stopped']);
  });

  it.each(Object.keys(WAYS))('ends within 13 s from %s even if nothing ever answers', (name) => {
    const rig = (WAYS[name]?.(new Rig()) ?? new Rig()).say('STOP').wait(13_000);
    expect(['stopped', 'fatal']).toContain(rig.state);
    if (rig.state === 'fatal') expect(rig.status.reason).toBe('unkillable');
  });

  it('keeps the record of a crash that came before it', () => {
    expect(new Rig().toReplacing().say('STOP').exited({ code: 0 }).swept().status.crash).toMatchObject({ generation: 1 });
    expect(new Rig().toCrashed().say('STOP').swept().status).toMatchObject({ state: 'stopped', crash: { generation: 1 } });
  });

  it('ends the wait before a restart', () => {
    const rig = new Rig().toBackoff().say('STOP').wait(60_000);
    expect([rig.state, rig.spawns]).toEqual(['stopped', 1]);
  });

  it('is undone by START: the old process goes, then a new one comes', () => {
    const rig = new Rig().toHealthy().say('STOP', 'START');
    expect([rig.state, rig.process]).toEqual(['starting.evicting', 'present.asking']);
    expect(rig.exited({ code: 0 }).swept().again().ready().status).toMatchObject({ state: 'healthy', generation: 2, crashes: 0 });
  });
});
