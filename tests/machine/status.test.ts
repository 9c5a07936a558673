/** What `backend-status` says in each state: texts letter by letter, the address, the next try. */
import { FATAL_REASONS } from '../../machines/policy';
import { BACKEND_STATES, project, stateOf } from '../../machines/status';
import { CHOICES, FATAL, SLOW } from '../../machines/troubles';
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
    ['fatal', FATAL['crash-budget'].text],
    ['fatal (process stuck)', FATAL.unkillable.text],
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

  it.each(FATAL_REASONS)('has words and choices of its own for %s', (reason) => {
    const rig = new Rig({ policy: { exitCodes: { 9: reason } } }).toProbing().exited({ code: 9 }).swept();
    expect(rig.status).toMatchObject({ state: 'fatal', reason, ...FATAL[reason] });
  });

  it('offers something exactly where the person has to decide', () => {
    const offering = Object.keys(WAYS).filter((name) => at(name).status.choices.length > 0);
    expect(offering.toSorted()).toEqual(Object.keys(WAYS).filter((name) => name.startsWith('fatal') || name === 'starting.probing.slow').toSorted());
    expect(Object.keys(WAYS).filter((name) => (at(name).status.help !== null) !== offering.includes(name))).toEqual([]);
  });

  it('Scenario: Port conflict error, Scenario: Backend executable missing, Scenario: Backend startup timeout: words and choices letter by letter', () => {
    expect(FATAL['no-ports']).toMatchObject({ text: 'Unable to start backend. No available ports.', choices: ['Quit other applications', 'Retry'] });
    expect(FATAL['executable-missing'].text).toBe('Backend executable missing. Please reinstall PocketMusec.');
    expect(FATAL['executable-missing'].choices).toContain('Download Installer');
    expect(FATAL['crash-budget'].choices).toContain('View Full Logs');
    expect(SLOW).toMatchObject({ text: 'Backend is taking longer than expected to start.', choices: ['Keep Waiting', 'View Logs', 'Restart'] });
  });

  it('says each trouble in words that no other has', () => {
    const texts = [SLOW, ...Object.values(FATAL)].map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(new Set([SLOW, ...Object.values(FATAL)].flatMap(({ choices }) => choices))).toEqual(new Set(CHOICES));
  });

  it('is the same for the same snapshot, and free of time stamps but the crash’s own', () => {
    const snapshot = at('backoff').actor.getSnapshot();
    expect(project(snapshot)).toEqual(project(snapshot));
    expect(Object.keys(project(snapshot)).filter((key) => /at$/i.test(key))).toEqual([]);
  });
});
