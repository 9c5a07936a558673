/** The packaged folder, as a teacher gets it: its own frozen backend, no Python, the same self-test. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../main/backend/procfs';
import { collect, ROOT, temporaryFolder } from '../support/app';
import { descendantsOf, isAlive, namedFor, untilGone } from '../support/processes';
import { makePdf } from '../support/pdf';

const packaged = path.join(ROOT, `out/PocketMusec-${process.platform}-${process.arch}`);
const executable = path.join(packaged, 'pocketmusec');
const { folder, remove } = temporaryFolder();
afterAll(remove);

/** Only what a computer without developer tools has: no PATH to Python or Node. */
const bareEnvironment = (): Record<string, string> => Object.fromEntries(
  ['DISPLAY', 'HOME', 'XDG_RUNTIME_DIR', 'ELECTRON_DISABLE_SANDBOX'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);

test('Scenario: Backend bundles successfully: the packaged app imports and finds with its frozen backend, without Python on the PATH', async () => {
  const pdf = path.join(folder, 'standards.pdf');
  const known = makePdf(pdf, { pages: 4 });
  const picture = path.join(folder, 'window.png');
  const child = spawn(executable, ['--self-test', '--import', pdf, '--search', 'music', '--screenshot', picture, '--user-data', path.join(folder, 'data')],
    { env: { ...bareEnvironment(), PATH: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, report, statuses } = await collect(child);
  expect(report).toMatchObject({ ok: true, stopped: true, error: null, imported: { standards: known.standards, objectives: known.objectives } });
  expect(report?.hits.length).toBeGreaterThan(0);
  expect(code).toBe(0);
  expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
  const pid = statuses.find(({ state }) => state === 'healthy')?.pid ?? -1;
  expect(isRunning(pid, 0) || existsSync(`/proc/${pid}/exe`)).toBe(false);
}, 120_000);

test('a missing file: exit 1 with the reason', async () => {
  const child = spawn(executable, ['--self-test', '--import', path.join(folder, 'nowhere.pdf')], { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, report } = await collect(child);
  expect(report?.error).toContain('There is no file');
  expect(code).toBe(1);
}, 60_000);

test('a frozen backend that is not the one that was built is not started, and the reason says why', async () => {
  // Links: a copy would be 300 MB.
  const damaged = mkdtempSync(path.join(ROOT, 'out/damaged-'));
  try {
    execFileSync('cp', ['-al', `${packaged}/.`, damaged]);
    const main = path.join(damaged, 'resources/backend/main');
    const whole = readFileSync(main);
    rmSync(main);
    // A program all the same: only the list of what was built tells.
    writeFileSync(main, Buffer.concat([whole, Buffer.from('x')]), { mode: 0o755 });
    const child = spawn(path.join(damaged, 'pocketmusec'), ['--self-test'], { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const { code, report, statuses } = await collect(child);
    expect(statuses.find(({ state }) => state === 'fatal')).toMatchObject({ reason: 'not-runnable', crashes: 0 });
    expect(statuses.filter(({ generation }) => generation > 0)).toEqual([]);
    expect(report?.error).toContain(`${main}: the file has ${whole.length + 1} bytes, ${whole.length} were built.`);
    expect(code).toBe(1);
  } finally {
    rmSync(damaged, { recursive: true, force: true });
  }
}, 60_000);

/** Any server, with a descendant that leaves group and session; the frozen backend in its web mode stands for it, since there is no Python here. */
const GUEST = {
  name: 'Guest',
  command: { development: ['/bin/sh', '-c', 'setsid sleep 600 >/dev/null 2>&1 </dev/null & exec "{resources}/backend/main" serve --port "$0"', '{port}'] },
  environment: { DATABASE_PATH: '{userData}/guest.db', LOG_PATH: '{userData}/logs/guest.log' },
};

test.each([
  // The warden and the backend; the guard, the guest and what it left behind.
  ['its own backend under its warden', null, 2],
  ['a guest under the frozen guard', GUEST, 3],
])('nothing outlives the packaged app killed outright: %s', async (_name, spec, processes) => {
  const userData = path.join(folder, `killed-${processes}`);
  const specFile = path.join(folder, 'guest.json');
  writeFileSync(specFile, JSON.stringify(spec));
  const child = spawn(executable, ['--user-data', userData, ...(spec === null ? [] : ['--backend-spec', specFile])], { env: bareEnvironment(), stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    const log = (): string => (existsSync(path.join(userData, 'logs/main.log')) ? readFileSync(path.join(userData, 'logs/main.log'), 'utf8') : '');
    while (!log().includes('"state":"healthy"')) await sleep(25);
    const { pid } = JSON.parse(readFileSync(path.join(userData, 'generation.json'), 'utf8')) as { pid: number };
    const tree = [pid, ...descendantsOf(pid)].map(namedFor);
    expect(tree.filter(isAlive)).toHaveLength(processes);
    child.kill('SIGKILL');
    await ended;
    // By the clock of a busy computer; the figure itself is in the bench.
    expect(await untilGone(tree, 5_000)).toBeLessThanOrEqual(1_000);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}, 60_000);

test('Scenario: Data files are bundled: migrations lie beside the frozen program, and all of it is smaller than 200 MB', () => {
  const backend = path.join(packaged, 'resources/backend');
  const migrations = readdirSync(backend, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql'));
  expect(migrations.length).toBeGreaterThan(0);
  const kilobytes = Number(execFileSync('du', ['-sk', backend], { encoding: 'utf8' }).split('\t')[0]);
  expect(kilobytes).toBeLessThan(200 * 1024);
});

test('only what is needed is in the package', () => {
  expect(readdirSync(path.join(packaged, 'resources')).toSorted()).toEqual(['app.asar', 'backend', 'backend.json']);
});
