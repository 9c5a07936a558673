/** The logs in the real window: from the menu and from the page, live, by level, searched, and while the backend is dead. */
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
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
  // The list of documents, which is there until the library is known to be empty, has another button of that name.
  await page.getByRole('heading', { name: 'Bring in your first' }).waitFor();
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

test('Scenario: Backend logs are captured: they are followed as they come, not while one reads further up, and again by Follow', async () => {
  const { page } = running;
  await page.getByLabel('All', { exact: true }).check();
  await page.getByRole('searchbox', { name: 'Search this log' }).fill('');
  const follow = page.getByRole('button', { name: 'Follow' });
  if (await follow.getAttribute('aria-pressed') === 'false') await follow.click();
  write(...Array.from({ length: 500 }, (_, index) => `INFO stdout filling ${index}`));
  await page.getByText('filling 499').waitFor();
  await page.locator('.log-rows').hover();
  await page.mouse.wheel(0, -3_000);
  await page.getByText('filling 499').waitFor({ state: 'detached' });
  expect(await follow.getAttribute('aria-pressed')).toBe('false');
  const top = await page.locator('.log-rows').evaluate(({ scrollTop }) => scrollTop);
  const counted = await page.locator('.log-foot span').textContent();
  write('INFO stdout came meanwhile');
  await page.waitForFunction((before) => document.querySelector('.log-foot span')?.textContent !== before, counted);
  expect(await page.locator('.log-rows').evaluate(({ scrollTop }) => scrollTop)).toBe(top);
  expect(await page.getByText('came meanwhile').count()).toBe(0);
  await follow.click();
  await page.getByText('came meanwhile').waitFor();
  write('INFO stdout came later');
  await page.getByText('came later').waitFor();
  expect(await follow.getAttribute('aria-pressed')).toBe('true');
});

/** Lines of 60 bytes: as many as three full files of ours. */
function writeMillion(name: string): void {
  const file = openSync(path.join(folder, 'logs', name), 'w');
  for (let first = 0; first < 1_000_000; first += 10_000) {
    writeSync(file, Array.from({ length: 10_000 }, (_, index) => `${STAMP} INFO stdout ${String(first + index).padStart(7, '0')} ${'.'.repeat(14)}\n`).join(''));
  }
  closeSync(file);
}

test('a million lines: no frame of the scrolling is long, the last line is soon there, and a search reaches it', async () => {
  const { page } = running;
  const name = 'backend.2026-11-22.log';
  writeMillion(name);
  await chooseInMenu('logs');
  await page.getByLabel('All', { exact: true }).check();
  await page.getByRole('searchbox', { name: 'Search this log' }).fill('');
  await page.locator('.log-bar option', { hasText: name }).waitFor({ state: 'attached' });
  await page.getByLabel('Log', { exact: true }).selectOption(name);
  await page.getByText('1,000,000 lines').waitFor();
  // A frame more, or less, is the machine's; one of a second would be ours.
  const longestMs = await page.evaluate(async () => {
    const box = document.querySelector('.log-rows');
    if (box === null) throw new Error('there is no list');
    let longest = 0;
    let last = performance.now();
    for (let step = 0; step <= 60; step += 1) {
      box.scrollTop = (box.scrollHeight * step) / 60;
      await new Promise(requestAnimationFrame);
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    return longest;
  });
  expect(longestMs).toBeLessThan(500);
  await page.getByText('stdout 0999999').waitFor({ timeout: 2_000 });
  expect(await page.locator('.log-row').count()).toBeLessThan(100);
  await page.getByRole('searchbox', { name: 'Search this log' }).fill('0500000');
  await page.getByText('1 of 1').waitFor();
  expect(await page.locator('.log-row[aria-selected=true]').textContent()).toContain('stdout 0500000');
});
