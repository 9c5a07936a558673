/** What `backend-status` says in each state: texts letter by letter, the address, the next try. */
import { BACKEND_STATES, project, stateOf } from '../../machines/status';
import { Rig, WAYS } from './support/rig';

const at = (name: string): Rig => WAYS[name]?.(new Rig()) ?? new Rig();

describe('Scenario: Backend status events', () => {
  it.each([
    ['idle', 'Starting backend...'],
    ['starting.locating', 'Starting backend...'],
    ['starting.choosingPort', 'Starting backend...'],
    ['starting.spawning', 'Starting backend...'],
    ['starting.probing.patient', 'Connecting...'],
    ['starting.probing.slow', 'Backend is taking longer than expected to start.'],
    ['starting.evicting', 'Starting backend...'],
    ['starting.moving', 'Starting backend...'],
    ['healthy.resting', 'Ready'],
    ['healthy.checking', 'Ready'],
    ['unhealthy', 'Reconnecting...'],
    ['reconnecting.attempting', 'Reconnecting...'],
    ['reconnecting.pausing', 'Reconnecting...'],
    ['reconnecting.replacing', 'Reconnecting...'],
    ['crashed', 'The backend stopped. Restarting...'],
    ['backoff', 'The backend stopped. Restarting...'],
    ['fatal', 'The backend could not be kept running.'],
    ['fatal (process stuck)', 'The backend could not be kept running.'],
    ['stopping (asking)', 'Stopping...'],
    ['stopped', 'Stopped'],
  ])('%s reads "%s"', (name, text) => {
    expect(at(name).status.text).toBe(text);
  });

  it('every state has its way in these tests, and its name', () => {
    const seen = new Set(Object.keys(WAYS).map((name) => at(name).status.state));
    expect([...seen].sort()).toEqual([...BACKEND_STATES].sort());
  });
});

describe('the state of a snapshot', () => {
  it('is its name, and the path below it', () => {
    expect(stateOf('idle')).toEqual({ state: 'idle', subState: '' });
    expect(stateOf({ starting: { probing: 'slow' } })).toEqual({ state: 'starting', subState: 'probing.slow' });
  });

  it.each([['dreaming'], [{ dreaming: 'idle' }], [{}], [null], [undefined], [7]])('is refused where it is none: %j', (value) => {
    expect(() => stateOf(value)).toThrow(`Unknown lifecycle state: ${JSON.stringify(value)}`);
  });
});

describe('Scenario: Renderer gets backend URL', () => {
  it.each(Object.keys(WAYS))('%s has an address only while requests can be sent', (name) => {
    const { state, url } = at(name).status;
    expect(url).toBe(['healthy', 'unhealthy', 'reconnecting'].includes(state) ? 'http://127.0.0.1:8000' : null);
  });

  it('never makes an address up: without a port there is none', () => {
    const { value, context } = at('healthy.resting').actor.getSnapshot();
    expect(project({ value, context: { ...context, port: null } }).url).toBeNull();
  });
});

describe('the projection', () => {
  it.each([['unhealthy', 1_000], ['reconnecting.pausing', 1_000], ['backoff', 2_000]])('%s says that the next try is in %i ms', (name, ms) => {
    expect(at(name).status.nextTryInMs).toBe(ms);
  });

  it.each(Object.keys(WAYS).filter((name) => !['unhealthy', 'reconnecting.pausing', 'backoff'].includes(name)))('%s plans no try', (name) => {
    expect(at(name).status.nextTryInMs).toBeNull();
  });

  it('counts the wait before a restart from the exit, late in a life too', () => {
    const rig = new Rig().toHealthy().wait(10_000).exited().wait(700).swept();
    expect(rig.status).toMatchObject({ state: 'backoff', nextTryInMs: 1_300 });
    expect(rig.wait(1_299).state).toBe('backoff');
    expect(rig.wait(1).state).toBe('starting.locating');
  });

  it('counts reconnect attempts while reconnecting and restarts while restarting', () => {
    expect(at('reconnecting.attempting').status).toMatchObject({ attempt: 1, maxAttempts: 3 });
    expect(at('unhealthy').status).toMatchObject({ attempt: 0, maxAttempts: 3 });
    expect(at('crashed').status).toMatchObject({ attempt: 1, maxAttempts: 2 });
    expect(at('backoff').status).toMatchObject({ attempt: 1, maxAttempts: 2 });
    expect(at('healthy.resting').status).toMatchObject({ attempt: 0, maxAttempts: 0 });
  });

  it('knows the process while there is one', () => {
    expect(at('starting.spawning').status).toMatchObject({ generation: 1, pid: null, port: 8000 });
    expect(at('healthy.resting').status).toMatchObject({ generation: 1, pid: 4711, port: 8000 });
    expect(at('stopped').status).toMatchObject({ generation: 1, pid: null });
  });

  it('says a reason in fatal only', () => {
    for (const name of Object.keys(WAYS)) {
      const { state, reason, detail } = at(name).status;
      expect([name, reason !== null, detail !== null]).toEqual([name, state === 'fatal', state === 'fatal']);
    }
  });

  it.each([
    ['database', 65], ['user-data', 73], ['configuration', 78],
  ] as const)('has no text of the requirements for %s', (reason, code) => {
    const rig = new Rig({ policy: { exitCodes: { [code]: reason } } }).toProbing().exited({ code }).swept();
    expect(rig.status).toMatchObject({ reason, text: 'The backend could not be kept running.' });
  });

  it('is the same for the same snapshot, and free of time stamps but the crash’s own', () => {
    const snapshot = at('backoff').actor.getSnapshot();
    expect(project(snapshot)).toEqual(project(snapshot));
    expect(Object.keys(project(snapshot)).filter((key) => /at$/i.test(key))).toEqual([]);
  });
});
