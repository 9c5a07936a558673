/** A healthy backend is probed; one miss makes it unhealthy, three failed attempts after that replace it. */
import { DEFAULT_POLICY } from '../../machines/policy';
import { Rig } from './support/rig';

describe('Scenario: Continuous health monitoring', () => {
  it('probes every 30 s, one probe at a time', () => {
    const rig = new Rig().toHealthy();
    for (let round = 1; round <= 3; round += 1) {
      expect(rig.wait(29_999).state).toBe('healthy.resting');
      expect(rig.wait(1).state).toBe('healthy.checking');
      expect(rig.probes).toBe(round);
      expect(rig.started.at(-1)).toMatchObject({ effect: 'probe', input: { generation: 1, port: 8000, probe: round, timeoutMs: 5_000 } });
      rig.probeOk();
    }
  });

  it('is unhealthy after one miss, and shows "Reconnecting..."', () => {
    const rig = new Rig().toUnhealthy();
    expect(rig.status).toMatchObject({ state: 'unhealthy', text: 'Reconnecting...', url: 'http://127.0.0.1:8000' });
  });

  it('tries three times, 1 s apart, 2 s each, before it replaces the backend', () => {
    const rig = new Rig().toUnhealthy();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(rig.wait(999).running.has('probe')).toBe(false);
      expect(rig.wait(1).status).toMatchObject({ state: 'reconnecting', subState: 'attempting', attempt, maxAttempts: 3 });
      expect(rig.started.at(-1)).toMatchObject({ effect: 'probe', input: { timeoutMs: 2_000 } });
      expect(rig.process).toBe('present.up');
      rig.probeMissed();
    }
    expect([rig.state, rig.process]).toEqual(['reconnecting.replacing', 'present.terminating']);
  });

  it.each([1, 2, 3])('is healthy again when attempt %i is answered, without a restart', (attempt) => {
    const rig = new Rig().toUnhealthy().wait(1_000);
    for (let missed = 1; missed < attempt; missed += 1) rig.probeMissed().wait(1_000);
    rig.probeOk();
    expect(rig.status).toMatchObject({ state: 'healthy', generation: 1, crashes: 0, attempt: 0 });
    expect(rig.signals).toEqual([]);
  });

  it('counts the attempts anew for each time it is unhealthy', () => {
    const rig = new Rig().toUnhealthy().wait(1_000).probeMissed().wait(1_000).probeMissed().wait(1_000).probeOk();
    expect(rig.wait(30_000).probeMissed().status).toMatchObject({ state: 'unhealthy', attempt: 0 });
    rig.wait(1_000).probeMissed().wait(1_000).probeMissed();
    expect(rig.state).toBe('reconnecting.pausing');
  });

  it('takes a 200 without the proof for a miss', () => {
    expect(new Rig().toHealthy().wait(30_000).probeOk(false).state).toBe('unhealthy');
    const rig = new Rig().toUnhealthy().wait(1_000).probeOk(false);
    expect(rig.state).toBe('reconnecting.pausing');
    rig.wait(1_000).probeOk(false).wait(1_000).probeOk(false);
    expect([rig.state, rig.status.crash?.cause]).toEqual(['reconnecting.replacing', 'no answer to 3 health checks (somebody else answered)']);
  });
});

describe('replacing', () => {
  it('starts at SIGTERM, without asking, and is one crash', () => {
    const rig = new Rig().toReplacing();
    expect(rig.signals.map(({ signal }) => signal)).toEqual(['SIGTERM']);
    expect(rig.started.some(({ effect }) => effect === 'ask')).toBe(false);
    expect(rig.status.crash).toMatchObject({ generation: 1, cause: 'no answer to 3 health checks (timeout)', code: null, signal: null, stderrTail: [] });
    rig.exited({ code: null, signal: 'SIGTERM' }).swept().wait(2_000).again().ready();
    expect(rig.status).toMatchObject({ state: 'healthy', generation: 2, crashes: 1 });
  });

  it('keeps the record of the verdict, whatever the exit says', () => {
    const rig = new Rig().toReplacing();
    const verdict = rig.status.crash;
    expect(rig.wait(100).exited({ code: 139 }).status.crash).toEqual(verdict);
    expect(rig.status.crashes).toBe(1);
  });

  it('still hears from the exit what no restart can mend', () => {
    const rig = new Rig({ policy: { exitCodes: { 78: 'configuration' } } }).toReplacing().exited({ code: 78 }).say('RESTART');
    expect([rig.state, rig.status.crash?.code]).toEqual(['crashed', null]);
    expect(rig.swept().status).toMatchObject({ state: 'fatal', reason: 'configuration', crashes: 1 });
  });

  it('goes to SIGKILL after 2 s', () => {
    const rig = new Rig().toReplacing().wait(2_000);
    expect(rig.signals.map(({ signal }) => signal)).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('counts against the budget: the third in five minutes is fatal', () => {
    const rig = new Rig().toReplacing().exited({ signal: 'SIGTERM' }).swept();
    for (let more = 0; more < 2; more += 1) {
      rig.wait(2_000).again().ready().wait(30_000).probeMissed();
      for (let attempt = 0; attempt < 3; attempt += 1) rig.wait(1_000).probeMissed();
      rig.exited({ signal: 'SIGTERM' }).swept();
    }
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'crash-budget', crashes: 3 });
  });
});

describe('a backend that can be asked for its stacks', () => {
  const policy = { shutdown: { ...DEFAULT_POLICY.shutdown, dump: true } };
  const toReplacing = (): Rig => new Rig({ policy }).toReplacing();
  const names = (rig: Rig): string[] => rig.signals.map(({ signal }) => signal);

  it('is asked for them when it is given up, and has a moment before SIGTERM', () => {
    const rig = toReplacing();
    expect([rig.state, rig.process, names(rig)]).toEqual(['reconnecting.replacing', 'present.dumping', ['DUMP']]);
    expect(names(rig.wait(249))).toEqual(['DUMP']);
    expect([names(rig.wait(1)), rig.process]).toEqual([['DUMP', 'SIGTERM'], 'present.terminating']);
    expect(names(rig.wait(2_000))).toEqual(['DUMP', 'SIGTERM', 'SIGKILL']);
  });

  it('may die of it', () => {
    const rig = toReplacing().wait(10).exited({ code: null, signal: 'SIGQUIT' }).swept();
    expect([names(rig), rig.state, rig.status.crashes]).toEqual([['DUMP'], 'backoff', 1]);
  });

  it('keeps its moment whatever else is wanted, unless the system is shutting down', () => {
    expect(names(toReplacing().say('STOP', 'RESTART', 'QUIT'))).toEqual(['DUMP']);
    expect(names(toReplacing().send({ type: 'QUIT', urgent: true }))).toEqual(['DUMP', 'SIGTERM']);
  });

  it.each<[string, (rig: Rig) => Rig]>([
    ['STOP', (rig) => rig.toHealthy().say('STOP').wait(10_000)],
    ['STOP before its proof', (rig) => rig.toProbing().say('STOP').wait(10_000)],
    ['RESTART', (rig) => rig.toHealthy().say('RESTART').wait(10_000)],
    ['RESTART of a slow start', (rig) => rig.toProbing().wait(30_000).say('RESTART').wait(10_000)],
    ['an OS shutdown', (rig) => rig.toHealthy().send({ type: 'QUIT', urgent: true }).wait(10_000)],
    ['STOP while it is doubted', (rig) => rig.toUnhealthy().wait(1_000).say('STOP').wait(10_000)],
  ])('is not asked at %s', (_when, way) => {
    expect(names(way(new Rig({ policy })))).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

describe('PROBE_NOW', () => {
  it('probes at once when somebody doubts the backend', () => {
    expect(new Rig().toHealthy().wait(1_000).probeNow().state).toBe('healthy.checking');
  });

  it('probes at most once a second', () => {
    const rig = new Rig().toHealthy().wait(999).probeNow();
    expect(rig.state).toBe('healthy.resting');
    rig.wait(1).probeNow().probeOk().wait(999).probeNow();
    expect([rig.state, rig.probes]).toEqual(['healthy.resting', 1]);
    rig.wait(1).probeNow();
    expect([rig.state, rig.probes]).toEqual(['healthy.checking', 2]);
  });

  it('adds nothing while a probe is out', () => {
    const rig = new Rig().toHealthy().wait(30_000).wait(2_000).probeNow();
    expect(rig.probes).toBe(1);
  });

  it('finds a hang within 15 s: 5 s, then three attempts of 2 s, 1 s apart', () => {
    const rig = new Rig().toHealthy().wait(5_000).probeNow();
    const doubtedAt = rig.clock.now();
    rig.wait(5_000).probeMissed();
    for (let attempt = 0; attempt < 3; attempt += 1) rig.wait(1_000).wait(2_000).probeMissed();
    expect(rig.state).toBe('reconnecting.replacing');
    expect(rig.clock.now() - doubtedAt).toBeLessThanOrEqual(15_000);
  });
});
