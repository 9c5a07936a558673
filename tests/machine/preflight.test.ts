/** What is wrong before there is a process: no restart can mend it, so none is tried. */
import { Rig } from './support/rig';

describe('Scenario: Backend executable missing', () => {
  it('says so at once, with the evidence, and tries nothing', () => {
    const rig = new Rig().say('START').send({ type: 'NOT_LOCATED', reason: 'executable-missing', detail: 'no main in bin' });
    expect(rig.status).toMatchObject({
      state: 'fatal', reason: 'executable-missing', detail: 'no main in bin',
      text: 'Backend executable missing. Please reinstall PocketMusec.',
    });
    rig.wait(600_000);
    expect([rig.state, rig.spawns]).toEqual(['fatal', 0]);
  });

  it.each(['not-runnable', 'configuration', 'database'] as const)('goes the same way where it is %s', (reason) => {
    const rig = new Rig().say('START').send({ type: 'NOT_LOCATED', reason, detail: '' });
    expect(rig.status).toMatchObject({ state: 'fatal', reason });
  });

  it('looks again on RETRY', () => {
    const rig = new Rig().say('START').send({ type: 'NOT_LOCATED', reason: 'executable-missing', detail: '' }).say('RETRY');
    expect(rig.state).toBe('starting.locating');
    expect(rig.status.reason).toBeNull();
    expect(rig.located().port().spawned().ready().state).toBe('healthy.resting');
  });
});

describe('Scenario: Port conflict error', () => {
  it('says so when no port is free', () => {
    const rig = new Rig().say('START').located().send({ type: 'NO_PORTS', detail: '8000-9000 all taken' });
    expect(rig.status).toMatchObject({
      state: 'fatal', reason: 'no-ports', detail: '8000-9000 all taken', text: 'Unable to start backend. No available ports.',
    });
  });

  it('works on RETRY once a port is free', () => {
    const rig = new Rig().say('START').located().send({ type: 'NO_PORTS', detail: '' }).say('RETRY').located().port(8123).spawned().ready();
    expect(rig.status).toMatchObject({ state: 'healthy', url: 'http://127.0.0.1:8123' });
  });
});

describe('deadlines', () => {
  it('gives the search for the executable 10 s', () => {
    const rig = new Rig().say('START').wait(9_999);
    expect(rig.state).toBe('starting.locating');
    expect(rig.wait(1).status).toMatchObject({ state: 'fatal', reason: 'not-runnable', detail: 'Looking for the backend took too long.' });
    expect(rig.running.size).toBe(0);
  });

  it('gives the search for a port 10 s', () => {
    const rig = new Rig().say('START').located().wait(9_999);
    expect(rig.state).toBe('starting.choosingPort');
    expect(rig.wait(1).status).toMatchObject({ state: 'fatal', reason: 'no-ports', detail: 'The search for a free port took too long.' });
  });
});

describe('a spawn that fails', () => {
  it('is fatal where another try can’t help', () => {
    const rig = new Rig().say('START').located().port().spawnFailed('not-runnable', 'EACCES');
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'not-runnable', detail: 'EACCES', crashes: 0 });
    expect(rig.process).toBe('none');
  });

  it('is a crash where it can: swept, waited 2 s, tried again', () => {
    const rig = new Rig().say('START').located().port().spawnFailed(null, 'EAGAIN');
    expect([rig.state, rig.process]).toEqual(['crashed', 'sweeping.busy']);
    expect(rig.status.crash).toEqual({ generation: 1, at: 0, cause: 'could not be started: EAGAIN', code: null, signal: null, stderrTail: [] });
    expect(rig.swept().wait(1_999).state).toBe('backoff');
    expect(rig.wait(1).state).toBe('starting.locating');
  });
});
