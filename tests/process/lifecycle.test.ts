/** The straight path and the faults around it, with real processes: start, crash, backoff, budget, reconnect, stop. */
import { isRunning, readStatSync } from '../../main/backend/procfs';
import { puppetSpec, signals, statesOf, supervise, type Bench } from '../support/supervise';

let bench: Bench;
afterEach(async () => { await bench.close(); });

const start = (...args: Parameters<typeof puppetSpec>): Bench => {
  bench = supervise(puppetSpec(...args));
  bench.supervisor.send('START');
  return bench;
};

/** Whether a process that a test saw alive is still there. */
const ticks = (pid: number): number => readStatSync(pid)?.startTicks ?? -1;

test('Scenario: Backend starts automatically on app launch: idle → starting → healthy, with port, pid and url', async () => {
  start();
  const healthy = await bench.untilState('healthy');
  expect(statesOf(bench)).toEqual(['idle', 'starting', 'healthy']);
  expect(healthy).toMatchObject({ generation: 1, url: `http://127.0.0.1:${healthy.port}`, text: 'Ready', crashes: 0 });
  expect(readStatSync(healthy.pid ?? -1)?.group).toBe(healthy.pid);
  expect(bench.history.map(({ seq }) => seq)).toEqual(bench.history.map((_, index) => index));
});

test('Scenario: Automatic restart on crash: cause, code and stderr are known, and it comes back after the wait', async () => {
  start({ restart: { delayMs: 500 } });
  await bench.untilState('healthy');
  await bench.puppet('print?the%20reason');
  await bench.puppet('exit?7');
  const crashed = await bench.untilState('crashed');
  expect(crashed.crash).toMatchObject({ generation: 1, code: 7, signal: null, cause: 'exited with code 7' });
  const backoff = await bench.untilState('backoff');
  expect(backoff.nextTryAt).toBeGreaterThan(backoff.at);
  const spawning = await bench.until(({ generation }) => generation === 2);
  expect(spawning.at - crashed.at).toBeGreaterThanOrEqual(495);
  const back = await bench.untilState('healthy');
  expect(back).toMatchObject({ generation: 2, crashes: 1 });
});

test('what the backend printed before it crashed is the evidence', async () => {
  start({ environment: { PUPPET_START: 'traceback' } });
  const fatal = await bench.untilState('fatal');
  expect(fatal.crash?.stderrTail.at(-1)).toBe("ModuleNotFoundError: No module named 'pdfplumber'");
  expect(bench.output.join('\n')).toContain('Traceback');
});

test('Scenario: Automatic restart on crash: three spawns, then fatal; RETRY clears the budget', async () => {
  start({ environment: { PUPPET_START: 'exit-1' } });
  const fatal = await bench.untilState('fatal');
  expect(fatal).toMatchObject({ reason: 'crash-budget', generation: 3, crashes: 3 });
  bench.supervisor.send('RETRY');
  await bench.until(({ generation }) => generation === 4);
  const again = await bench.untilState('fatal');
  expect(again.generation).toBe(6);
});

test('exit 0 that nobody asked for is a crash', async () => {
  start();
  await bench.untilState('healthy');
  await bench.puppet('exit?0');
  expect((await bench.untilState('crashed')).crash?.cause).toContain('although nobody asked');
});

// 9 is what the system sends when memory runs out.
test.each([[11, 'SIGSEGV'], [9, 'SIGKILL']])('signal %i is named: %s', async (number, signal) => {
  start();
  await bench.untilState('healthy');
  await bench.puppet(`signal?${number}`);
  expect((await bench.untilState('crashed')).crash).toMatchObject({ signal, code: null });
});

test.each([[65, 'database'], [73, 'user-data'], [78, 'configuration']] as const)('exit %i can not be mended by a restart: fatal at once', async (code, reason) => {
  start({ environment: { PUPPET_START: `exit-${code}` } });
  expect(await bench.untilState('fatal')).toMatchObject({ reason, generation: 1 });
});

test('Scenario: Continuous health monitoring: a 500 for good is replaced once, by one crash', async () => {
  start();
  await bench.untilState('healthy');
  await bench.puppet('health?500');
  const back = await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(statesOf(bench)).toEqual(['idle', 'starting', 'healthy', 'unhealthy', 'reconnecting', 'crashed', 'backoff', 'starting', 'healthy']);
  expect(back.crashes).toBe(1);
  expect(bench.history.filter(({ subState }) => subState === 'attempting').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});

test('one bad answer is forgiven', async () => {
  start();
  await bench.untilState('healthy');
  await bench.puppet('health?500');
  await bench.untilState('unhealthy');
  await bench.puppet('health?200');
  const back = await bench.until(({ state }) => state === 'healthy');
  expect(back).toMatchObject({ generation: 1, crashes: 0 });
});

test('a stopped process (SIGSTOP) is found, killed and replaced', async () => {
  start();
  const { pid } = await bench.untilState('healthy');
  process.kill(pid ?? 0, 'SIGSTOP');
  await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(signals(bench)).toEqual(['SIGTERM', 'SIGKILL']);
});

test.each([true, false])('a hung process is asked for its stacks, where its spec names a signal for that, and they are in the output (under a guard: %s)', async (guard) => {
  bench = supervise(puppetSpec({ environment: { PUPPET_STACKS: '1' }, dumpSignal: 'SIGUSR1' }), { guard });
  bench.supervisor.send('START');
  await bench.untilState('healthy');
  await bench.puppet('ignore-term');
  await bench.puppet('hang');
  await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(bench.output.join('\n')).toMatch(/most recent call first\):[^]*puppet\.py", line \d+ in /);
  expect(signals(bench)).toEqual(['SIGTERM', 'SIGKILL']);
});

test('without a signal in its spec a hung process is not asked for its stacks', async () => {
  start({ environment: { PUPPET_STACKS: '1' } });
  await bench.untilState('healthy');
  await bench.puppet('hang');
  await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(bench.output).toEqual([]);
});

test('an answer without our proof is never healthy', async () => {
  start({ environment: { PUPPET_START: 'wrong-proof' }, health: { startup: { intervalMs: 10, attempts: 30 } } });
  await bench.until(({ subState }) => subState === 'probing.slow');
  expect(statesOf(bench)).toEqual(['idle', 'starting']);
  // Unproven, so it is not asked to shut down: that request carries the token.
  await bench.close();
  expect(signals(bench)).toEqual(['SIGTERM']);
});

test('Scenario: Backend startup timeout: slow is said, polling goes on, Keep Waiting gives the same time again', async () => {
  start({ environment: { PUPPET_START: 'never-ready' }, health: { startup: { intervalMs: 10, attempts: 30 } } });
  const slow = await bench.until(({ subState }) => subState === 'probing.slow');
  expect(slow.text).toBe('Backend is taking longer than expected to start.');
  bench.supervisor.send('KEEP_WAITING');
  expect(bench.supervisor.current().subState).toBe('probing.patient');
  const slowAgain = await bench.until(({ subState }) => subState === 'probing.slow');
  expect(slowAgain.at - slow.at).toBeGreaterThanOrEqual(295);
});

test('Scenario: Backend stops gracefully on app quit: asked, and no signal is needed', async () => {
  start();
  const { pid } = await bench.untilState('healthy');
  const started = ticks(pid ?? -1);
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(signals(bench)).toEqual([]);
  expect(isRunning(pid ?? -1, started)).toBe(false);
});

test('Scenario: Backend stops gracefully on app quit: SIGTERM when the request is ignored, SIGKILL when that is ignored too', async () => {
  start();
  await bench.untilState('healthy');
  await bench.puppet('ask?ignore');
  await bench.puppet('ignore-term');
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(signals(bench)).toEqual(['SIGTERM', 'SIGKILL']);
});

test('a refused request moves on to SIGTERM at once', async () => {
  start({ shutdown: { path: '/api/shutdown', askMs: 60_000, termMs: 60_000, killMs: 3_000 } });
  await bench.untilState('healthy');
  await bench.puppet('ask?refuse');
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(signals(bench)).toEqual(['SIGTERM']);
});

test.each(['group', 'session'])('a grandchild (%s) does not outlive the backend', async (kind) => {
  start();
  await bench.untilState('healthy');
  const pid = Number(await bench.puppet(`child?${kind}`));
  const started = ticks(pid);
  expect(started).toBeGreaterThan(0);
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(isRunning(pid, started)).toBe(false);
});

test('RESTART brings a new generation on the same port and costs no budget', async () => {
  start();
  const first = await bench.untilState('healthy');
  bench.supervisor.send('RESTART');
  const second = await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  expect(second).toMatchObject({ port: first.port, crashes: 0 });
});
