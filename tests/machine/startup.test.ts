/** From START to healthy: the order of the steps, and what takes too long. */
import { slowAfterMs, DEFAULT_POLICY } from '../../machines/policy';
import { Rig } from './support/rig';

const TOO_SLOW = 'Backend is taking longer than expected to start.';

describe('Scenario: Backend starts automatically on app launch', () => {
  it('looks for the executable, then a port, then spawns, then waits for the first healthy answer', () => {
    const rig = new Rig().say('START');
    expect([rig.state, [...rig.running]]).toEqual(['starting.locating', ['locate']]);
    expect(rig.started).toEqual([{ effect: 'locate', at: 0, input: {} }]);
    rig.located();
    expect([rig.state, [...rig.running]]).toEqual(['starting.choosingPort', ['choosePort']]);
    rig.port(8437);
    expect([rig.state, [...rig.running]]).toEqual(['starting.spawning', ['process']]);
    expect(rig.started.at(-1)).toMatchObject({ effect: 'process', input: { generation: 1, port: 8437 } });
    rig.spawned();
    expect([rig.state, [...rig.running]]).toEqual(['starting.probing.patient', ['process', 'awaitReady']]);
    expect(rig.started.at(-1)).toMatchObject({ effect: 'awaitReady', input: { generation: 1, port: 8437 } });
    rig.ready();
    expect([rig.state, [...rig.running]]).toEqual(['healthy.resting', ['process']]);
  });

  it('begins with an empty memory: no process, no proof, no crash, no wish to quit', () => {
    expect(new Rig().context).toEqual({
      policy: DEFAULT_POLICY, quit: false, urgent: false, generation: 0, probe: 0, port: null, excluded: [], pid: null, proven: false, attempt: 0,
      window: [], record: null, verdict: null, reason: null, detail: null, lostAt: 0, goneAt: 0, lastProbeAt: null,
    });
  });

  it('is not healthy by an answer without this generation’s proof', () => {
    const rig = new Rig().toProbing().ready(false);
    expect(rig.state).toBe('starting.probing.patient');
    expect(rig.running.has('awaitReady')).toBe(true);
  });

  it('starts at most one backend, however often START comes', () => {
    const rig = new Rig().say('START', 'START').located().say('START').port().say('START').spawned().say('START').ready().say('START');
    expect([rig.state, rig.spawns]).toEqual(['healthy.resting', 1]);
  });
});

describe('Scenario: Health check during startup', () => {
  it('polls every 500 ms, 60 times, which is 30 s', () => {
    expect(DEFAULT_POLICY.startup).toMatchObject({ intervalMs: 500, attempts: 60 });
    expect(slowAfterMs(DEFAULT_POLICY)).toBe(30_000);
  });

  it('shows "Starting backend..." until the process is up', () => {
    expect(new Rig().say('START').status.text).toBe('Starting backend...');
    expect(new Rig().say('START').located().port().status.text).toBe('Starting backend...');
  });

  it('is healthy by an answer to the 60th poll, and slow right after it', () => {
    expect(new Rig().toProbing().wait(29_999).ready().state).toBe('healthy.resting');
    expect(new Rig().toProbing().wait(29_999).state).toBe('starting.probing.patient');
    expect(new Rig().toProbing().wait(30_000).state).toBe('starting.probing.slow');
  });
});

describe('Scenario: Backend startup timeout', () => {
  it('says so at exactly 30.0 s', () => {
    const rig = new Rig().toProbing().wait(29_999);
    expect(rig.status.text).not.toBe(TOO_SLOW);
    rig.wait(1);
    expect(rig.status).toMatchObject({ subState: 'probing.slow', text: TOO_SLOW });
  });

  it('goes on polling behind the dialog, and is healthy as soon as the backend answers', () => {
    const rig = new Rig().toProbing().wait(45_000);
    expect(rig.running.has('awaitReady')).toBe(true);
    expect(rig.ready().state).toBe('healthy.resting');
  });

  it('extends the time by 30 s for each "Keep Waiting", without a second poller', () => {
    const rig = new Rig().toProbing().wait(30_000).say('KEEP_WAITING').wait(29_999);
    expect(rig.state).toBe('starting.probing.patient');
    rig.wait(1);
    expect(rig.state).toBe('starting.probing.slow');
    rig.say('KEEP_WAITING').wait(30_000);
    expect(rig.state).toBe('starting.probing.slow');
    expect(rig.started.filter(({ effect }) => effect === 'awaitReady')).toHaveLength(1);
  });

  it('does not extend what is not slow yet', () => {
    const rig = new Rig().toProbing().wait(20_000).say('KEEP_WAITING').wait(10_000);
    expect(rig.state).toBe('starting.probing.slow');
  });

  it('restarts on "Restart", and costs no crash', () => {
    const rig = new Rig().toProbing().wait(30_000).say('RESTART');
    expect([rig.state, rig.process]).toEqual(['starting.evicting', 'present.terminating']);
    rig.exited({ code: null, signal: 'SIGTERM' }).swept().again().ready();
    expect(rig.status).toMatchObject({ state: 'healthy', generation: 2, crashes: 0, crash: null });
  });
});
