/** The backend's life in the real app at full times: crash, hang, kill of the app, quit, second start. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lifecycle } from '../../machines/lifecycle';
import { replay } from '../../machines/trace';
import { isRunning, readStatSync } from '../../main/backend/procfs';
import type { BackendStatus } from '../../preload/contract';
import { childrenOf, descendantsOf, isAlive, namedFor, untilGone } from '../support/processes';
import { collect, launchApp, spawnDevelopmentApp, temporaryFolder, type RunningApp } from '../support/app';
import { launchBoxedApp } from '../support/boxes';

const running: RunningApp[] = [];
const folders: (() => void)[] = [];
const newFolder = (): string => {
  const { folder, remove } = temporaryFolder();
  folders.push(remove);
  return folder;
};
const launch = async (folder = newFolder(), args: readonly string[] = []): Promise<RunningApp> => {
  const app = await launchApp(folder, args);
  running.push(app);
  return app;
};
afterEach(async () => {
  for (const app of running.splice(0)) await app.close().catch(() => {});
  for (const remove of folders.splice(0)) remove();
});

const ticksOf = (pid: number | null): number => readStatSync(pid ?? -1)?.startTicks ?? -1;
/** The backend itself: what was spawned, and has the pid of the status, is its warden. */
const backendOf = ({ pid }: BackendStatus): number => childrenOf(pid ?? -1)[0] ?? -1;
const mainLogOf = ({ userData }: RunningApp): string => readFileSync(path.join(userData, 'logs/main.log'), 'utf8');
/** Resolves with the exit code when the app has ended. */
async function untilExit({ app }: RunningApp): Promise<number | null> {
  const main = app.process();
  if (main.exitCode === null && main.signalCode === null) await once(main, 'exit');
  return main.exitCode;
}

test('Scenario: Automatic restart on crash: the backend is back two seconds later, each message is said once, in a region that was there before', async () => {
  const app = await launchBoxedApp(newFolder());
  running.push(app);
  const healthy = await app.untilState('healthy');
  await app.page.getByRole('status').evaluate((region) => {
    const said: (string | null)[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => { said.push(region.textContent); }).observe(region, { childList: true, characterData: true, subtree: true });
  });
  const restarted = app.untilState('healthy', healthy.generation + 1);
  process.kill(backendOf(healthy), 'SIGKILL');
  const back = await restarted;
  expect(back).toMatchObject({ crashes: 1, crash: { signal: 'SIGKILL', generation: healthy.generation } });
  expect(back.at - healthy.at).toBeGreaterThanOrEqual(2_000);
  await app.page.getByRole('status').getByText('Ready').waitFor();
  expect(await app.page.evaluate(() => (window as unknown as { said: string[] }).said))
    .toEqual(['The backend stopped. Restarting...', 'Starting backend...', 'Connecting...', 'Ready']);
  // By the system or in the page, as somebody looks at it or not.
  const inPage = await app.page.getByText('Backend restarted after crash').count();
  const bySystem = (await app.notifications()).filter((text) => text === 'Backend restarted after crash').length;
  expect(inPage + bySystem).toBe(1);
  const errors = readFileSync(path.join(app.userData, 'logs/backend_errors.log'), 'utf8');
  expect(errors).toContain('ended by signal SIGKILL');
});

test('Scenario: Continuous health monitoring: a request without an answer finds a hung backend, and the person sees "Reconnecting..."', async () => {
  const app = await launch();
  const healthy = await app.untilState('healthy');
  const told = app.untilState('unhealthy');
  const replaced = app.untilState('healthy', healthy.generation + 1);
  process.kill(backendOf(healthy), 'SIGSTOP');
  // Doubted right after it was heard it is not probed: once a second at most.
  await app.page.evaluate(() => {
    const timer = setInterval(() => { void window.electronAPI.sendBackendCommand('PROBE_NOW'); }, 500);
    window.electronAPI.onBackendStatus(({ state }) => { if (state === 'unhealthy') clearInterval(timer); });
  });
  await told;
  await app.page.getByText('Reconnecting...').first().waitFor();
  const back = await replaced;
  expect(back).toMatchObject({ crashes: 1, text: 'Ready' });
}, 60_000);

test('Scenario: Backend stops gracefully on app quit: asked, gone, and no temporary file is left', async () => {
  const app = await launch();
  const { pid } = await app.untilState('healthy');
  const ticks = ticksOf(pid);
  expect(existsSync(path.join(app.userData, 'generation.json'))).toBe(true);
  expect(existsSync(path.join(app.userData, 'temporary'))).toBe(true);
  await app.close();
  expect(isRunning(pid ?? -1, ticks)).toBe(false);
  expect(existsSync(path.join(app.userData, 'generation.json'))).toBe(false);
  expect(existsSync(path.join(app.userData, 'temporary'))).toBe(false);
  expect(existsSync(path.join(app.userData, 'uploads'))).toBe(false);
  const log = readFileSync(path.join(app.userData, 'logs/main.log'), 'utf8');
  expect(log).toMatch(/backend exited .*"code":0,"signal":null/);
  expect(log).not.toContain('signal to the backend');
});

test('the trace of a whole life is on disk and replays to the same states', async () => {
  const app = await launch();
  const { pid } = await app.untilState('healthy');
  process.kill(pid ?? 0, 'SIGKILL');
  await app.untilState('healthy', 2);
  await app.close();
  const trace = readFileSync(path.join(app.userData, 'logs/lifecycle.ndjson'), 'utf8');
  expect(replay(lifecycle, trace)).toMatchObject({ same: true, hashMatches: true });
  expect(trace).toContain('"type":"EXITED"');
});

// By the clock of a busy computer; the figure itself is in the bench.
const ALL_GONE_MS = 1_000;

test.each(['runs', 'is stopped', 'is stopped with its warden'])('the app killed outright takes its backend along while it %s, and the next start works at once', async (how) => {
  const folder = newFolder();
  const app = await launch(folder);
  const healthy = await app.untilState('healthy');
  const tree = [healthy.pid ?? -1, ...descendantsOf(healthy.pid ?? -1)].map(namedFor);
  expect(tree.filter(isAlive)).toHaveLength(2);
  if (how !== 'runs') process.kill(backendOf(healthy), 'SIGSTOP');
  if (how === 'is stopped with its warden') process.kill(healthy.pid ?? 0, 'SIGSTOP');
  const main = app.app.process();
  const ended = once(main, 'exit');
  main.kill('SIGKILL');
  await ended;
  running.length = 0;
  expect(await untilGone(tree, 5_000)).toBeLessThanOrEqual(ALL_GONE_MS);
  const again = await launch(folder);
  expect(await again.untilState('healthy')).toMatchObject({ generation: 1 });
});

test('an uncaught exception in main: the backend is asked to stop, and the app ends with 1', async () => {
  const app = await launch();
  const healthy = await app.untilState('healthy');
  const tree = [healthy.pid ?? -1, backendOf(healthy)].map(namedFor);
  const code = untilExit(app);
  await app.app.evaluate(() => { setTimeout(() => { throw new Error('planted in main'); }, 0); });
  expect(await code).toBe(1);
  expect(tree.filter(isAlive)).toEqual([]);
  expect(mainLogOf(app)).toMatch(/uncaught exception .*planted in main/);
  expect(mainLogOf(app)).toMatch(/backend exited .*"code":0,"signal":null/);
  running.length = 0;
});

test('the system shuts down: SIGTERM within 100 ms, without a request before it, and the app ends', async () => {
  const app = await launch();
  const healthy = await app.untilState('healthy');
  const tree = [healthy.pid ?? -1, backendOf(healthy)].map(namedFor);
  const code = untilExit(app);
  // Electron's own event, as logind's message makes it; only who sends it is the test.
  const told = await app.app.evaluate(({ powerMonitor }) => {
    let isHeld = false;
    const at = Date.now();
    powerMonitor.emit('shutdown', { preventDefault: () => { isHeld = true; } });
    return { at, isHeld };
  });
  expect(await code).toBe(0);
  expect(told.isHeld).toBe(true);
  expect(tree.filter(isAlive)).toEqual([]);
  const steps = readFileSync(path.join(app.userData, 'logs/lifecycle.ndjson'), 'utf8');
  expect(steps).toContain('"type":"QUIT","urgent":true');
  const [, signalledAt = ''] = /^(\S+) info signal to the backend .*SIGTERM/m.exec(mainLogOf(app)) ?? [];
  expect(new Date(signalledAt).getTime() - told.at).toBeLessThanOrEqual(100);
  expect(new Date(signalledAt).getTime() - told.at).toBeGreaterThanOrEqual(0);
  running.length = 0;
});

test('a page that crashes comes back by itself with the current status, and the backend has not noticed; one that crashes again at once stays away', async () => {
  const app = await launch();
  const before = await app.untilState('healthy');
  // Playwright gives a crashed page up for good, so main is asked. Its listener comes after the app's own.
  const crash = async (): Promise<{ isLoading: boolean; status: BackendStatus | null }> => await app.app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents) throw new Error('there is no window');
    const gone = new Promise<void>((resolve) => { contents.once('render-process-gone', () => { setTimeout(resolve, 0); }); });
    const back = new Promise<void>((resolve) => { contents.once('did-finish-load', () => { resolve(); }); });
    contents.forcefullyCrashRenderer();
    await gone;
    const isLoading = contents.isLoading();
    if (!isLoading) return { isLoading, status: null };
    await back;
    const script = 'new Promise((resolve) => { window.electronAPI.onBackendStatus(resolve); })';
    return { isLoading, status: await (contents.executeJavaScript(script) as Promise<BackendStatus>) };
  });
  expect(await crash()).toEqual({ isLoading: true, status: before });
  expect(isAlive(namedFor(backendOf(before)))).toBe(true);
  expect(await crash()).toEqual({ isLoading: false, status: null });
  // A log is written a moment later, and tells nobody when it grows.
  while (!mainLogOf(app).includes('"isRevived":false')) await new Promise((resolve) => { setTimeout(resolve, 20); });
  expect(mainLogOf(app)).toMatch(/the page crashed .*"isRevived":true[^]*the page crashed .*"isRevived":false/);
});

test('Scenario: Stale lock cleanup: after a crash of the app the next launch starts normally', async () => {
  const folder = newFolder();
  const first = await launch(folder);
  await first.untilState('healthy');
  const main = first.app.process();
  const ended = once(main, 'exit');
  main.kill('SIGKILL');
  await ended;
  running.length = 0;
  expect(existsSync(path.join(folder, 'SingletonLock')) || readStatSync(main.pid ?? -1) === null).toBe(true);
  const second = await launch(folder);
  expect((await second.untilState('healthy')).state).toBe('healthy');
});

test('Scenario: Instance lock is released on quit: a new instance starts immediately', async () => {
  const folder = newFolder();
  const first = await launch(folder);
  await first.untilState('healthy');
  await first.close();
  expect(existsSync(path.join(folder, 'SingletonLock'))).toBe(false);
  const second = await launch(folder);
  expect((await second.untilState('healthy')).state).toBe('healthy');
});

test('Ctrl-C at a terminal runs the stop ladder', async () => {
  const folder = newFolder();
  const child = spawnDevelopmentApp(['--user-data', folder, '--self-test', '--search', 'rhythm']);
  const finished = collect(child);
  const healthy = await new Promise<BackendStatus>((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((candidate) => candidate.includes('"state":"healthy"'));
      if (line !== undefined && line.endsWith('}')) resolve(JSON.parse(line) as BackendStatus);
    });
  });
  const ticks = ticksOf(healthy.pid);
  child.kill('SIGINT');
  const { statuses } = await finished;
  expect(statuses.at(-1)?.state).toBe('stopped');
  expect(isRunning(healthy.pid ?? -1, ticks)).toBe(false);
});
