/** The logs in the real window: from the menu and from the page, live, by level, searched, and while the backend is dead. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { expectNoViolations } from '../support/axe';
import { launchApp, temporaryFolder, type RunningApp } from '../support/app';

let running: RunningApp;
const { folder, remove } = temporaryFolder();
beforeAll(async () => {
  running = await launchApp(folder);
  await running.untilState('healthy');
});
afterAll(async () => {
  await running.close();
  remove();
});

const STAMP = '2026-11-23T10:00:00.000Z';
const write = (...lines: readonly string[]): void => { appendFileSync(path.join(folder, 'logs/backend.log'), lines.map((line) => `${STAMP} ${line}\n`).join('')); };
const chooseInMenu = async (id: string): Promise<string | undefined> => await running.app.evaluate(({ Menu }, item) => {
  const found = Menu.getApplicationMenu()?.getMenuItemById(item);
  found?.click();
  return found?.accelerator?.toString();
}, id);

test('the menu shows the logs, which have a shortcut; Escape leads back to where one was', async () => {
  const { page } = running;
  const add = page.getByRole('button', { name: 'Add Files' }).first();
  await add.focus();
  expect(await chooseInMenu('logs')).toBe('CmdOrCtrl+Shift+L');
  await page.getByRole('heading', { name: 'Logs' }).waitFor();
  await page.getByText('serving on port').first().waitFor();
  await expectNoViolations(page);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Logs' }).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.textContent === 'Add Files');
});

test('lines appear as they come, by level, and the search goes from match to match', async () => {
  const { page } = running;
  await chooseInMenu('logs');
  write('INFO stdout a needle', 'ERROR pocketmusec it broke', 'WARN stderr another NEEDLE');
  await page.getByText('it broke').waitFor();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('needle');
  await page.getByText('1 of 2').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('2 of 2').waitFor();
  expect(await page.locator('mark').allTextContents()).toEqual(['needle', 'NEEDLE']);
  expect(await page.locator('.log-row[aria-selected=true]').textContent()).toBe(`${STAMP} WARN stderr another NEEDLE`);
  await page.getByLabel('Errors', { exact: true }).check();
  await page.getByText('1 line', { exact: true }).waitFor();
  expect(await page.locator('.log-row').allTextContents()).toEqual([`${STAMP} ERROR pocketmusec it broke`]);
  await page.getByText('No match').waitFor();
});
