/** The packaged folder, as a teacher gets it: its own frozen backend, no Python, the same self-test. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning } from '../../main/backend/procfs';
import { collect, ROOT, temporaryFolder } from '../support/app';
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
    expect(statuses.at(-1)).toMatchObject({ state: 'fatal', reason: 'not-runnable', generation: 0, crashes: 0 });
    expect(report?.error).toContain(`${main}: the file has ${whole.length + 1} bytes, ${whole.length} were built.`);
    expect(code).toBe(1);
  } finally {
    rmSync(damaged, { recursive: true, force: true });
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
