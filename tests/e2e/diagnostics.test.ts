/** The diagnostics in the window, with the backend dead, and on the command line: beside a running app, without a display, and with a broken folder. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { electronExecutable, launchApp, ROOT, temporaryFolder, type RunningApp } from '../support/app';
import { expectNoViolations } from '../support/axe';

let running: RunningApp;
const { folder, remove } = temporaryFolder();
const out = temporaryFolder();
beforeAll(async () => {
  const spec = path.join(out.folder, 'dead.json');
  writeFileSync(spec, JSON.stringify({ name: 'Dead', command: { development: ['no-such-program'] } }));
  running = await launchApp(folder, ['--backend-spec', spec]);
  await running.untilState('fatal');
});
afterAll(async () => {
  await running.close();
  remove();
  out.remove();
});
const partsOf = (file: string): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(new Uint8Array(readFileSync(file)))).map(([name, bytes]) => [name, strFromU8(bytes)]));

test('with the backend dead: the failed page leads to them, each part can be read, and all of it is saved', async () => {
  const { page, app } = running;
  await page.getByRole('button', { name: 'Diagnostics…' }).click();
  await page.getByRole('button', { name: /^state\.json/ }).click();
  await page.getByText('"state": "fatal"').waitFor();
  await expectNoViolations(page);
  const file = path.join(out.folder, 'from the window.zip');
  await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = async () => ({ canceled: false, filePath }); }, file);
  await page.getByRole('button', { name: 'Save…' }).click();
  await page.getByText('Saved as').first().waitFor();
  const parts = partsOf(file);
  expect(JSON.parse(parts['state.json'] ?? '')).toMatchObject({ state: 'fatal', reason: 'executable-missing' });
  expect(parts['logs/main.log']).toContain('backend-status');
});

const command = (args: readonly string[], env: NodeJS.ProcessEnv = process.env): string => {
  const { NODE_OPTIONS: _, ...rest } = env;
  return execFileSync(electronExecutable(), [ROOT, ...args], { encoding: 'utf8', env: rest, stdio: ['ignore', 'pipe', 'pipe'] });
};

test('on the command line: beside the running app, and without a display', () => {
  const file = path.join(out.folder, 'from the command line.zip');
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...noDisplay } = process.env;
  expect(command(['--user-data', folder, '--diagnostics', file], noDisplay)).toContain(`${file}\n`);
  expect(Object.keys(partsOf(file))).toEqual(expect.arrayContaining(['logs/main.log', 'logs/lifecycle.ndjson', 'versions.json', 'ports.json', 'problems.txt']));
});

test('with a broken folder: it is made all the same, and says so', () => {
  const broken = path.join(out.folder, 'broken');
  writeFileSync(broken, 'a file in its place');
  const file = path.join(out.folder, 'broken.zip');
  command(['--user-data', broken, '--diagnostics', file]);
  expect(partsOf(file)['problems.txt']).toContain('can\'t keep its data in');
});

test('a file that can not be written is an error with a way out, and leaves nothing', () => {
  const file = path.join(out.folder, 'no/such/folder/x.zip');
  expect(() => command(['--user-data', folder, '--diagnostics', file])).toThrow('Give a file in a folder that you may write to.');
  expect(existsSync(path.dirname(file))).toBe(false);
});
