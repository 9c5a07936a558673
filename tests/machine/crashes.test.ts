/** An exit that nobody asked for is a crash; two are mended within five minutes, the third ends in fatal. */
import { Rig } from './support/rig';

/** Healthy, then a crash, swept, waited for, up again: `crashAts` are the moments of the exits. */
function crashAt(...crashAts: readonly number[]): Rig {
  const rig = new Rig().toHealthy();
  for (const [index, at] of crashAts.entries()) {
    // Without probes in between: whatever is due is answered.
    while (rig.clock.now() < at) {
      rig.wait(Math.min(30_000, at - rig.clock.now()));
      if (rig.state === 'healthy.checking') rig.probeOk();
    }
    rig.exited().swept();
    if (index < crashAts.length - 1) rig.wait(2_000).again().ready();
  }
  return rig;
}

describe('Scenario: Automatic restart on crash', () => {
  it('records code, signal and the last lines of stderr', () => {
    const rig = new Rig().toHealthy().wait(100).exited({ code: 1, stderrTail: ['Traceback', 'ImportError: x'] });
    expect(rig.status.crash).toEqual({
      generation: 1, at: 100, cause: 'exited with code 1', code: 1, signal: null, stderrTail: ['Traceback', 'ImportError: x'],
    });
  });

  it('sweeps what the crashed generation started', () => {
    const rig = new Rig().toBackoff().wait(2_000).again().exited();
    expect(rig.started.at(-1)).toMatchObject({ effect: 'sweep', input: { generation: 2 } });
  });

  it('waits exactly 2 s from the exit, then restarts', () => {
    const rig = new Rig().toCrashed().swept();
    expect(rig.status).toMatchObject({ state: 'backoff', nextTryInMs: 2_000 });
    expect(rig.wait(1_999).state).toBe('backoff');
    expect(rig.wait(1).state).toBe('starting.locating');
    expect(rig.again().ready().status).toMatchObject({ state: 'healthy', generation: 2, crashes: 1 });
  });

  it('takes the sweep out of the wait', () => {
    const rig = new Rig().toCrashed().wait(1_500).swept();
    expect(rig.status.nextTryInMs).toBe(500);
    expect(rig.wait(499).state).toBe('backoff');
    expect(rig.wait(1).state).toBe('starting.locating');
  });

  it('goes on at once where the sweep took longer than the wait', () => {
    const rig = new Rig().toCrashed().wait(2_500).swept();
    expect(rig.status.nextTryInMs).toBe(0);
    expect(rig.wait(0).state).toBe('starting.locating');
  });

  it('gives up at the third crash within five minutes', () => {
    const rig = new Rig().toFatal();
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'crash-budget', detail: 'exited with code 1', crashes: 3 });
    expect([rig.wait(3_600_000).state, rig.spawns]).toEqual(['fatal', 3]);
  });

  it.each([
    ['exit 0', { code: 0 }, 'exited with code 0 although nobody asked it to'],
    ['a signal', { code: null, signal: 'SIGSEGV' }, 'ended by signal SIGSEGV'],
    ['an unknown code', { code: null }, 'exited with code unknown'],
  ])('takes %s for a crash and says which', (_what, exit, cause) => {
    const rig = new Rig().toHealthy().exited(exit);
    expect([rig.state, rig.status.crash?.cause]).toEqual(['crashed', cause]);
  });

  it.each([
    ['healthy', (rig: Rig) => rig.toHealthy()],
    ['checking', (rig: Rig) => rig.toHealthy().wait(30_000)],
    ['unhealthy', (rig: Rig) => rig.toUnhealthy()],
    ['reconnecting', (rig: Rig) => rig.toUnhealthy().wait(1_000)],
    ['pausing', (rig: Rig) => rig.toUnhealthy().wait(1_000).probeMissed()],
    ['spawning', (rig: Rig) => rig.say('START').located().port()],
    ['probing', (rig: Rig) => rig.toProbing()],
    ['slow', (rig: Rig) => rig.toProbing().wait(30_000)],
  ])('is a crash while %s', (_state, way) => {
    const rig = way(new Rig()).exited();
    expect([rig.state, rig.status.crashes, rig.status.crash?.generation]).toEqual(['crashed', 1, 1]);
  });
});

describe('the five minutes', () => {
  it('include the 300 000th millisecond', () => {
    expect(crashAt(1_000, 100_000, 301_000).status).toMatchObject({ state: 'fatal', reason: 'crash-budget' });
  });

  it('do not include the 300 001st', () => {
    expect(crashAt(1_000, 100_000, 301_001).status).toMatchObject({ state: 'backoff', crashes: 2 });
  });

  it('slide: what fell out of them counts no more', () => {
    expect(crashAt(0, 200_000, 400_000, 600_001).state).toBe('backoff');
    expect(crashAt(0, 200_000, 400_000, 500_000).state).toBe('fatal');
  });
});

describe('RETRY', () => {
  it('clears the window: three more crashes are needed for the next fatal', () => {
    const rig = new Rig().toFatal().say('RETRY');
    expect(rig.status).toMatchObject({ state: 'starting', crashes: 0, reason: null });
    rig.again().exited().swept();
    expect(rig.status).toMatchObject({ state: 'backoff', crashes: 1 });
    rig.wait(2_000).again().exited().swept();
    expect(rig.status).toMatchObject({ state: 'backoff', crashes: 2 });
    rig.wait(2_000).again().exited().swept();
    expect(rig.status).toMatchObject({ state: 'fatal', crashes: 3 });
    expect(rig.say('RETRY').status).toMatchObject({ state: 'starting', crashes: 0 });
  });

  it('is for fatal only', () => {
    const rig = new Rig().toBackoff().say('RETRY');
    expect([rig.state, rig.status.crashes]).toEqual(['backoff', 1]);
  });

  it('ends an unkillable process first', () => {
    const rig = new Rig().toUnkillable().say('RETRY');
    expect([rig.state, rig.process]).toEqual(['starting.evicting', 'present.killing']);
    expect(rig.exited({ signal: 'SIGKILL' }).swept().state).toBe('starting.locating');
  });
});

describe('fatal', () => {
  it('ignores START and RESTART', () => {
    expect(new Rig().toFatal().say('START', 'RESTART', 'KEEP_WAITING').state).toBe('fatal');
  });

  it('is left by STOP, then START, with a clean window', () => {
    const rig = new Rig().toFatal().say('STOP');
    expect(rig.state).toBe('stopped');
    expect(rig.say('START').status).toMatchObject({ state: 'starting', crashes: 0 });
  });
});

describe('a crash that no restart can mend', () => {
  const exitCodes = { 65: 'database', 73: 'user-data', 78: 'configuration', 98: 'port-taken' } as const;

  it.each([[65, 'database'], [73, 'user-data'], [78, 'configuration']] as const)('exit %i is fatal at once (%s)', (code, reason) => {
    const rig = new Rig({ policy: { exitCodes } }).toProbing().exited({ code, stderrTail: ['why'] }).swept();
    expect(rig.status).toMatchObject({ state: 'fatal', reason, detail: 'why', crashes: 1 });
    expect(rig.spawns).toBe(1);
    expect(rig.status.crash).toMatchObject({ cause: `exited with code ${code}`, stderrTail: ['why'] });
  });

  it('is explained by the last line that says something', () => {
    const rig = new Rig({ policy: { exitCodes } }).toProbing().exited({ code: 65, stderrTail: ['Traceback', 'OperationalError: x', '  ', ''] }).swept();
    expect(rig.status.detail).toBe('OperationalError: x');
  });

  it('gets a new verdict after RETRY', () => {
    const rig = new Rig({ policy: { exitCodes } }).toProbing().exited({ code: 65 }).swept().say('RETRY').again().exited({ code: 1 }).swept();
    expect(rig.state).toBe('backoff');
  });

  it('is not restarted by RESTART while it is swept', () => {
    const rig = new Rig({ policy: { exitCodes } }).toProbing().exited({ code: 78 }).say('RESTART');
    expect(rig.state).toBe('crashed');
  });

  it('is an ordinary crash where the policy says nothing about the code', () => {
    expect(new Rig().toProbing().exited({ code: 78 }).swept().state).toBe('backoff');
  });

  it('counts a port that is taken only while the backend never answered', () => {
    const rig = new Rig({ policy: { exitCodes } }).toHealthy().exited({ code: 98, portTaken: true }).swept();
    expect(rig.status).toMatchObject({ state: 'backoff', crashes: 1 });
  });
});
