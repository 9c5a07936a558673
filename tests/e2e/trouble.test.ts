/** When something goes wrong, in the real window: each dialog at its real cause, its buttons, and the same choices on the page. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { collect, launchElectron, spawnDevelopmentApp, temporaryFolder, ROOT, type CommandRun } from '../support/app';
import { expectNoViolations } from '../support/axe';
import { BOXES, launchBoxedApp, pressButton, untilBox, type BoxedApp } from '../support/boxes';
import { createMoody, type Moody } from '../support/moody';
import { isAlive, markedWith, namedFor, untilGone } from '../support/processes';

const PYTHON = path.join(ROOT, '.venv/bin/python');
const PRODUCT_SPEC = JSON.parse(readFileSync(path.join(ROOT, 'backend-spec/backend.json'), 'utf8')) as { command: object };
const SLOW_MS = 30_000;

const folders: (() => void)[] = [];
const newFolder = (): string => {
  const { folder, remove } = temporaryFolder();
  folders.push(remove);
  return folder;
};
const running: BoxedApp[] = [];
const started: ChildProcess[] = [];
/** Ended after the test, if it is still there. */
const start = (...args: string[]): ChildProcess => {
  const child = spawnDevelopmentApp(args);
  started.push(child);
  return child;
};
const launch = async (userData: string, ...args: string[]): Promise<BoxedApp> => {
  const app = await launchBoxedApp(userData, args);
  running.push(app);
  return app;
};
const readLog = (userData: string, name = 'main.log'): string => {
  const file = path.join(userData, 'logs', name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
/** Polled: a log tells nobody when it grows. Returns all that the pattern found. */
async function untilLogged(userData: string, pattern: RegExp, count = 1): Promise<RegExpMatchArray[]> {
  for (;;) {
    const found = [...readLog(userData).matchAll(pattern)];
    if (found.length >= count) return found;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
const command = async ({ page }: BoxedApp, name: 'RESTART' | 'RETRY'): Promise<void> => { await page.evaluate(async (wanted) => { await window.electronAPI.sendBackendCommand(wanted); }, name); };
const buttonsOf = async ({ page }: BoxedApp): Promise<(string | null)[]> => await page.locator('main .actions button').allTextContents();

/** One after the other goes wrong in this app, which always comes back. */
let app: BoxedApp;
let moody: Moody;
/** Holds all ports until the first test lets go of them. */
let holder: ChildProcess;
/** Waits at full times while the other tests run. */
let slow: BoxedApp;
beforeAll(async () => {
  const slowFolder = newFolder();
  const never = createMoody(slowFolder);
  never.mood('never-ready');
  slow = await launch(slowFolder, '--backend-spec', never.spec);
  // All ports that are still free, so that nobody who has some is in the way.
  const program = `let left = 1001; const done = () => { left -= 1; if (left === 0) console.log('all'); };
    for (let port = 8000; port <= 9000; port += 1) require('node:net').createServer().on('error', done).listen(port, '127.0.0.1', done);`;
  holder = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(holder);
  await once(holder.stdout ?? process.stdin, 'data');
  const folder = newFolder();
  moody = createMoody(folder, { health: { startup: { intervalMs: 50, attempts: 60 } } });
  app = await launch(folder, '--backend-spec', moody.spec);
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  for (const app of running) await app.close().catch(() => {});
  for (const remove of folders) remove();
});

test('Scenario: Port conflict error: the dialog, who holds the ports, the scan in the log, and Retry', async () => {
  expect(await app.untilBox(1)).toMatchObject({
    type: 'error', message: 'Unable to start backend. No available ports.', buttons: ['Quit other applications', 'Retry'], hasParent: false, state: 'open',
  });
  expect(readLog(app.userData)).toMatch(/no free port \{"from":8000,"to":9000,"excluded":\[\],"taken":\[8000,8001,.*,9000\]\}/);
  await app.press('Quit other applications');
  const listing = new RegExp(`node \\(process ${holder.pid}\\): 8\\d\\d\\d`);
  expect((await app.untilBox(2)).detail).toMatch(listing);
  await app.page.getByRole('heading', { name: 'Unable to start backend. No available ports.' }).waitFor();
  expect(await buttonsOf(app)).toEqual(['Quit other applications', 'Retry', 'Copy Details', 'Diagnostics…']);
  await app.page.getByRole('button', { name: 'Quit other applications' }).click();
  await app.page.getByRole('listitem').filter({ hasText: `process ${holder.pid}` }).waitFor();
  await expectNoViolations(app.page);
  await app.press('Retry');
  expect(await app.untilBox(3)).toMatchObject({ message: 'Unable to start backend. No available ports.' });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await app.press('Retry');
  await app.untilState('healthy');
  expect((await app.boxes()).map(({ state }) => state)).toEqual(['answered', 'answered', 'answered']);
});

test('Scenario: Backend executable missing: the dialog, Download Installer, path and folder in the log; the page closes the dialog', async () => {
  moody.hide();
  const { length } = await app.boxes();
  await command(app, 'RESTART');
  expect(await app.untilBox(length + 1)).toMatchObject({ type: 'error', message: 'Backend executable missing. Please reinstall PocketMusec.', detail: expect.stringContaining(moody.executable) as string });
  expect((await app.boxes()).at(-1)?.buttons).toContain('Download Installer');
  const [, logged = ''] = /backend executable can not be used (\{.*\})/.exec(readLog(app.userData)) ?? [];
  expect(JSON.parse(logged)).toMatchObject({ expected: moody.executable, names: expect.arrayContaining(['hidden', 'moody.json', 'logs']) as string[] });
  await app.press('Download Installer');
  await app.page.getByRole('button', { name: 'Download Installer' }).click();
  await app.page.getByRole('button', { name: 'Retry' }).click();
  expect(await app.opened()).toEqual(['https://pocketmusec.app/download', 'https://pocketmusec.app/download']);
  await app.untilBox(length + 2);
  moody.bringBack();
  await app.page.getByRole('button', { name: 'Retry' }).click();
  await app.untilState('healthy');
  expect((await app.boxes()).at(-1)?.state).toBe('aborted');
});

test.each([
  ['exit-65', 'Your library could not be opened.'],
  ['exit-73', 'PocketMusec cannot write to its folder.'],
  ['exit-78', 'The backend is not set up correctly.'],
  ['exit-9', 'The old backend does not end.'],
  ['traceback', 'The backend keeps stopping.'],
])('a backend that ends with %s: "%s" in dialog and page, and Retry', async (mood, message) => {
  moody.mood(mood);
  const { length } = await app.boxes();
  await command(app, 'RESTART');
  const box = await app.untilBox(length + 1);
  expect(box).toMatchObject({ type: 'error', message });
  await app.page.getByRole('heading', { name: message }).waitFor();
  expect(await buttonsOf(app)).toEqual([...box.buttons, 'Copy Details', 'Diagnostics…']);
  moody.mood('ok');
  await app.press('Retry');
  await app.untilState('healthy');
  expect(await app.boxes()).toHaveLength(length + 1);
});

test('a start that is slow: Restart in the dialog starts it afresh', async () => {
  moody.mood('never-ready');
  const { length } = await app.boxes();
  const { generation } = await app.status();
  await command(app, 'RESTART');
  await app.untilBox(length + 1);
  moody.mood('ok');
  await app.press('Restart');
  await app.untilState('healthy', generation + 2);
  expect(await app.boxes()).toHaveLength(length + 1);
});

test('another userData is another instance: both run, each with a backend of its own', async () => {
  const [one, other] = [await app.status(), await slow.status()];
  expect(one.port).not.toBe(other.port);
  expect([one.pid, other.pid].map(namedFor).filter(isAlive)).toHaveLength(2);
});

test('Scenario: Second instance attempted: it exits with 0, the window comes to the front, "PocketMusec is already running" is said once', async () => {
  const before = await app.status();
  const told = await app.notifications();
  // Without a window manager no window is ever minimised, nor loses the focus: the app is told that this one is and has.
  await app.app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0];
    if (!window) throw new Error('there is no window');
    const calls: string[] = [];
    Object.assign(globalThis, { calls });
    for (const name of ['restore', 'show', 'focus'] as const) window[name] = () => { calls.push(name); };
    window.isMinimized = () => true;
    window.isFocused = () => false;
  });
  const second = (): Promise<CommandRun> => collect(start('--user-data', app.userData));
  expect((await second()).code).toBe(0);
  await untilLogged(app.userData, /a second start/g);
  expect(await app.app.evaluate(() => (globalThis as unknown as { calls: string[] }).calls)).toEqual(['restore', 'show', 'focus']);
  expect(await app.notifications()).toEqual([...told, 'PocketMusec is already running']);
  const inPage = app.page.getByRole('region', { name: 'Notices' }).getByText('PocketMusec is already running');
  expect(await inPage.count()).toBe(0);
  // Without a session bus the system can't say it.
  await app.app.evaluate(() => { globalThis.recorded.notifications.at(-1)?.fail(); });
  await inPage.waitFor();
  await app.page.locator('.toast').filter({ hasText: 'PocketMusec is already running' }).getByRole('button').click();
  // Who looks at the window reads it there.
  await app.app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0];
    if (window) window.isFocused = () => true;
  });
  await second();
  await inPage.waitFor();
  expect(await app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows())).toHaveLength(1);
  expect(await app.notifications()).toHaveLength(told.length + 1);
  expect(await app.status()).toMatchObject({ state: 'healthy', pid: before.pid, generation: before.generation });
});

test('twenty starts at once: one app with one backend, and nineteen exits with 0', async () => {
  const folder = newFolder();
  const starts = Array.from({ length: 20 }, () => start('--user-data', folder));
  const codes: (number | null)[] = [];
  await new Promise<void>((resolve) => {
    for (const one of starts) {
      one.once('exit', (code) => {
        codes.push(code);
        if (codes.length === 19) resolve();
      });
    }
  });
  await untilLogged(folder, /"state":"healthy"/g);
  // The backend and its warden.
  expect(markedWith(`DATABASE_PATH=${folder}/pocket_musec.db`)).toHaveLength(2);
  const [first, ...others] = starts.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  expect(others).toEqual([]);
  expect(codes).toEqual(Array.from({ length: 19 }, () => 0));
  expect(readLog(folder).match(/info start /g)).toHaveLength(1);
  first?.kill('SIGTERM');
  await once(first ?? process, 'exit');
  expect(codes).toHaveLength(20);
});

test('a start while the app quits: both end with 0, and a new app runs with what the second was given', async () => {
  const folder = newFolder();
  const { spec } = createMoody(folder, { shutdown: { path: '/api/shutdown', askMs: 3_000 } });
  const first = start('--user-data', folder, '--backend-spec', spec);
  const ended = once(first, 'exit');
  await untilLogged(folder, /"state":"healthy"/g);
  const [[, port] = []] = await untilLogged(folder, /backend spawned .*"port":(\d+)/g);
  await fetch(`http://127.0.0.1:${port}/puppet/ask?ignore`);
  first.kill('SIGTERM');
  await untilLogged(folder, /"state":"stopping"/g);
  const second = await collect(start('--user-data', folder, '--backend-spec', spec, '--pocketmusec-debug'));
  expect([second.code, await ended]).toEqual([0, [0, null]]);
  await untilLogged(folder, /"state":"healthy"/g, 2);
  const third = namedFor(Number(readlinkSync(path.join(folder, 'SingletonLock')).split('-').at(-1)));
  const line = readFileSync(`/proc/${third.pid}/cmdline`, 'utf8');
  for (const part of [`--user-data=${folder}`, `--backend-spec=${spec}`, '--pocketmusec-debug']) expect(line).toContain(part);
  process.kill(third.pid, 'SIGTERM');
  expect(await untilGone([third], 10_000)).not.toBeNull();
});

test('Scenario: Python runtime error: the stack trace in debug mode, View Full Logs, and backend_errors.log', async () => {
  const folder = newFolder();
  const spec = path.join(folder, 'without-packages.json');
  // Our own backend, with a Python that finds no packages.
  writeFileSync(spec, JSON.stringify({ ...PRODUCT_SPEC, $schema: undefined, command: { development: ['{python}', '-S', '-m', 'pocketmusec'] }, restart: { delayMs: 10 } }));
  const app = await launch(folder, '--backend-spec', spec, '--pocketmusec-debug');
  const box = await app.untilBox(1);
  expect(box).toMatchObject({ type: 'error', message: 'The backend keeps stopping.', buttons: ['Retry', 'View Full Logs'] });
  expect(box.detail).toMatch(/exited with code 1\nModuleNotFoundError: No module named '\w+'\n[^]*Traceback \(most recent call last\):\n[^]*ModuleNotFoundError/);
  await app.press('View Full Logs');
  expect((await app.untilBox(2)).detail).toBe(box.detail);
  await app.page.getByRole('heading', { name: 'Logs' }).waitFor();
  const errors = readLog(folder, 'backend_errors.log');
  expect(errors.match(/ERROR generation \d: exited with code 1/g)).toHaveLength(3);
  expect(errors).toMatch(/Traceback \(most recent call last\):\n[^]*ModuleNotFoundError/);
  expect(await app.page.locator('details.tail').getAttribute('open')).not.toBeNull();
  await expectNoViolations(app.page);
});

test.each<[string, (file: string) => void]>([
  ['of a newer version', (file) => { execFileSync(PYTHON, ['-c', 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 99")', file]); }],
  ['that is damaged', (file) => { writeFileSync(file, 'no database'.repeat(1_000)); }],
])('a database %s: a clear dialog, and the file is untouched', async (_name, prepare) => {
  const folder = newFolder();
  const file = path.join(folder, 'pocket_musec.db');
  prepare(file);
  const before = readFileSync(file);
  const app = await launch(folder);
  const box = await app.untilBox(1);
  expect(box).toMatchObject({ type: 'error', message: 'Your library could not be opened.' });
  expect(box.detail).toMatch(/newer version|damaged/);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(await app.status()).toMatchObject({ state: 'fatal', reason: 'database', generation: 1 });
});

test('a userData that is a file: a clear dialog, nothing is started, and the exit code is 1', async () => {
  const file = path.join(newFolder(), 'in-the-way');
  writeFileSync(file, 'somebody’s');
  const refusing = await launchElectron(['--user-data', file], BOXES);
  const exited = once(refusing.process(), 'exit');
  const box = await untilBox(refusing, 1);
  expect(box).toMatchObject({ type: 'error', message: 'PocketMusec can not start.', buttons: ['Quit'] });
  expect(box.detail).toContain(`can't keep its data in ${file}`);
  await pressButton(refusing, 'Quit').catch(() => {});
  expect(await exited).toEqual([1, null]);
  expect(readFileSync(file, 'utf8')).toBe('somebody’s');
});

test('Scenario: Backend startup timeout: after 30 s the dialog; View Logs keeps it, Keep Waiting gives another 30 s, and it closes by itself', async () => {
  const app = slow;
  const [box, { at }] = [await app.untilBox(1), await app.status()];
  expect(box).toMatchObject({
    type: 'warning', message: 'Backend is taking longer than expected to start.', buttons: ['Keep Waiting', 'View Logs', 'Restart'], hasParent: false,
  });
  expect(Math.abs(box.shownAt - at)).toBeLessThan(1_000);
  expect(await buttonsOf(app)).toEqual(['Keep Waiting', 'View Logs', 'Restart']);
  await app.press('View Logs');
  expect(await app.untilBox(2)).toMatchObject({ state: 'open', buttons: ['Keep Waiting', 'View Logs', 'Restart'] });
  await app.page.getByRole('heading', { name: 'Logs' }).waitFor();
  await app.press('Keep Waiting');
  const { at: from, subState } = await app.status();
  expect(subState).toBe('probing.patient');
  await app.untilBox(3);
  const { at: again, port } = await app.status();
  expect(again - from).toBeGreaterThanOrEqual(SLOW_MS - 50);
  expect(again - from).toBeLessThan(SLOW_MS + 5_000);
  await fetch(`http://127.0.0.1:${port}/puppet/release`);
  await app.untilState('healthy', 1);
  expect((await app.boxes()).map(({ state }) => state)).toEqual(['answered', 'answered', 'aborted']);
}, 90_000);
