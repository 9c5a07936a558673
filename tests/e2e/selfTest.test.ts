/** `--self-test` as support and installation checks use it: lines of JSON, one report, an exit code. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { collect, spawnDevelopmentApp, temporaryFolder, type CommandRun } from '../support/app';
import { makePdf } from '../support/pdf';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const selfTest = async (...args: string[]): Promise<CommandRun> => await collect(spawnDevelopmentApp(['--self-test', ...args]));

test('Scenario: Backend starts automatically on app launch: port, spawn, health, import, search, stop', async () => {
  const pdf = path.join(folder, 'standards.pdf');
  const known = makePdf(pdf, { pages: 4 });
  const { code, statuses, report } = await selfTest('--import', pdf, '--search', 'music', '--screenshot', path.join(folder, 'window.png'));
  expect(report).toMatchObject({ ok: true, stopped: true, error: null, imported: { name: 'standards.pdf', standards: known.standards, objectives: known.objectives } });
  expect(report?.url).toMatch(/^http:\/\/127\.0\.0\.1:(8\d\d\d|9000)$/);
  expect(report?.readyMs).toBeGreaterThan(0);
  expect(report?.hits.length).toBeGreaterThan(0);
  expect(report?.hits.every(({ text }) => text.toLowerCase().includes('music'))).toBe(true);
  expect(code).toBe(0);
  expect(statuses.map(({ state }) => state)).toEqual(expect.arrayContaining(['idle', 'starting', 'healthy', 'stopping', 'stopped']));
  expect(statuses.map(({ seq }) => seq)).toEqual(statuses.map((_, index) => index));
}, 60_000);

test.each<[string, (file: string) => void, RegExp]>([
  ['that is missing', () => {}, /There is no file/],
  ['that is no PDF', (file) => { writeFileSync(file, 'just text\n'.repeat(100)); }, /neither a PDF/i],
  ['of 0 bytes', (file) => { writeFileSync(file, ''); }, /empty/i],
  ['that is cut off', (file) => { makePdf(file, { pages: 2, cutAt: 3_000 }); }, /broken|damaged|read/i],
  ['that is encrypted', (file) => { makePdf(file, { pages: 1, encrypt: true }); }, /password|encrypted|protected/i],
  ['without standards', (file) => { makePdf(file, { pages: 1, layout: 'prose' }); }, /no standards/i],
])('a file %s: exit 1 with the reason in the report', async (name, prepare, reason) => {
  const file = path.join(folder, `${name.replaceAll(' ', '-')}.pdf`);
  prepare(file);
  const { code, report } = await selfTest('--import', file);
  expect(report).toMatchObject({ ok: false, stopped: true, imported: null });
  expect(report?.error).toMatch(reason);
  expect(code).toBe(1);
}, 60_000);

test('a bad command line is said with what is allowed', async () => {
  const { code, report, stderr } = await selfTest('--theme', 'purple');
  expect(code).toBe(1);
  expect(report?.error).toContain('--theme: found "purple", allowed is light, dark, system');
  expect(stderr).toContain('--theme');
});

test('a bad backend.json names the field, what was found and what is allowed', async () => {
  const file = path.join(folder, 'backend.json');
  writeFileSync(file, JSON.stringify({ name: 'x', command: { development: ['true'] }, health: { startup: { attempts: 'many' } } }));
  const { code, report } = await selfTest('--backend-spec', file);
  expect(code).toBe(1);
  expect(report?.error).toMatch(/health\.startup\.attempts: found "many", allowed is a whole number from 1/);
});

test('Scenario: Backend executable missing: fatal at once, with the expected path', async () => {
  const file = path.join(folder, 'missing.json');
  writeFileSync(file, JSON.stringify({ name: 'x', command: { development: ['/nowhere/to/be/found'] } }));
  const { code, report, statuses } = await selfTest('--backend-spec', file);
  expect(code).toBe(1);
  expect(report?.error).toContain('Backend executable missing. Please reinstall PocketMusec.');
  expect(report?.error).toContain('/nowhere/to/be/found');
  expect(statuses.some(({ generation }) => generation > 0)).toBe(false);
});

test('an app that runs already with that userData: no self-test, and it says so', async () => {
  const userData = path.join(folder, 'taken');
  const first = spawnDevelopmentApp(['--user-data', userData, '--self-test', '--search', 'rhythm']);
  const running = collect(first);
  await new Promise<void>((resolve) => { first.stdout?.on('data', (chunk: Buffer) => { if (chunk.toString().includes('"state":"starting"')) resolve(); }); });
  const { code, report } = await selfTest('--user-data', userData);
  expect([code, report?.ok]).toEqual([1, false]);
  expect(report?.error).toContain(`PocketMusec is already running with ${userData}`);
  expect((await running).code).toBe(0);
});

test('userData that is a file: said before anything starts', async () => {
  const file = path.join(folder, 'in-the-way');
  writeFileSync(file, '');
  const { code, report } = await selfTest('--user-data', file);
  expect(code).toBe(1);
  expect(report?.error).toContain(`can't keep its data in ${file}`);
});
