/** The teacher's job in the real window: add a PDF by button and by drop, search, find it all again after a restart. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchApp, temporaryFolder, type RunningApp } from '../support/app';
import { expectNoViolations } from '../support/axe';
import { makePdf } from '../support/pdf';
import { childrenOf } from '../support/processes';

const { folder, remove } = temporaryFolder();
const pdf = path.join(folder, 'Music Standards.pdf');
let running: RunningApp;
let page: Page;
const open = async (): Promise<void> => {
  running = await launchApp(folder);
  page = running.page;
  await page.getByRole('status').getByText('Ready').waitFor();
};
beforeAll(open);
afterAll(async () => {
  await running.close();
  remove();
});

const choose = async (...files: string[]): Promise<void> => { await page.getByLabel('Choose PDF, CSV or text files to add').setInputFiles(files); };
const listed = (name: string) => page.getByRole('list', { name: 'Documents' }).getByRole('listitem').filter({ hasText: name });

/** Drops a file as a file manager would: the page's own drop handler gets a DataTransfer. */
async function drop(name: string, content: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(([fileName, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
    const data = new DataTransfer();
    data.items.add(new File([bytes], fileName, { type: 'application/pdf' }));
    return data;
  }, [name, content.toString('base64')] as const);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

test('the empty library says what to do, and has no accessibility violations', async () => {
  await page.getByRole('heading', { name: 'Bring in your first standards document' }).waitFor();
  await expectNoViolations(page);
});

test('a PDF added by the button becomes standards that are found by word and by code', async () => {
  const known = makePdf(pdf, { pages: 8 });
  await choose(pdf);
  await listed('Music Standards.pdf').getByText(`${known.standards} standards`).waitFor();
  const search = page.getByRole('searchbox', { name: 'Search standards' });
  await search.fill('rhythm');
  await page.getByRole('list', { name: 'Results' }).locator('mark').first().waitFor();
  expect(new Set((await page.getByRole('list', { name: 'Results' }).locator('mark').allTextContents()).map((text) => text.toLowerCase().slice(0, 6)))).toEqual(new Set(['rhythm']));
  await search.fill('K.CN.1');
  await page.getByRole('list', { name: 'Results' }).getByText('K.CN.1', { exact: true }).waitFor();
  await expectNoViolations(page);
});

test('a PDF that is dropped on the window is added too', async () => {
  const other = path.join(folder, 'Dropped.pdf');
  const known = makePdf(other, { pages: 3 });
  await drop('Dropped.pdf', readFileSync(other));
  await listed('Dropped.pdf').getByText(`${known.standards} standards`).waitFor();
  expect(known.standards).toBeGreaterThan(0);
});

test('a table and a pasted text are added too, by keyboard alone, and what was not read is said', async () => {
  const table = path.join(folder, 'District.csv');
  writeFileSync(table, 'Code;Description\nK.CN.7;Zither songs\nsoon;Zither dances\n', 'utf16le');
  await choose(table);
  await listed('District.csv').getByText('1 standard').waitFor();
  await listed('District.csv').getByText('Line 3 could not be read').click();
  await listed('District.csv').getByText('Found “soon” in the column of codes.').waitFor();
  await page.getByRole('button', { name: 'Paste Text' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Paste standards' });
  await dialog.waitFor();
  await expectNoViolations(page);
  await page.keyboard.press('Control+Enter');
  await dialog.getByText('There is no text yet.').waitFor();
  await page.keyboard.type('K.CN.8 Zither solos\nK.CN.8.1 Zither duets');
  await page.keyboard.press('Tab');
  await page.keyboard.type('From the web');
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'hidden' });
  await listed('From the web.txt').getByText('1 standard · 1 objective').waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Paste Text');
  await page.getByRole('searchbox', { name: 'Search standards' }).fill('zither');
  const places = page.getByRole('list', { name: 'Results' }).locator('.result-meta');
  await places.filter({ hasText: 'From the web.txt' }).first().waitFor();
  expect((await places.allTextContents()).map((text) => /line \d+$/.exec(text)?.[0]).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(['line 1', 'line 2', 'line 2']);
  await page.keyboard.press('Escape');
});

test.each<[string, (file: string) => void, RegExp]>([
  ['not a PDF', (file) => { writeFileSync(file, 'just text\n'.repeat(50)); }, /neither a PDF nor a \.csv or \.txt file/],
  ['empty', (file) => { writeFileSync(file, ''); }, /empty \(0 bytes\)/],
  ['encrypted', (file) => { makePdf(file, { pages: 1, encrypt: true }); }, /password|encrypted|protected/i],
  ['without standards', (file) => { makePdf(file, { pages: 1, layout: 'prose' }); }, /no standards/i],
  ['300 MB', (file) => { writeFileSync(file, Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(300 * 1024 * 1024)])); }, /larger than 100 MB/],
])('a file that is %s: a message with the way out, and nothing is imported', async (_name, prepare, message) => {
  const before = await page.getByRole('list', { name: 'Documents' }).getByText(/\d+ standards/).count();
  const file = path.join(folder, 'Bad.pdf');
  prepare(file);
  await choose(file);
  await listed('Bad.pdf').getByText(message).waitFor();
  await listed('Bad.pdf').getByRole('button', { name: 'Dismiss' }).click();
  await listed('Bad.pdf').waitFor({ state: 'detached' });
  expect(await page.getByRole('list', { name: 'Documents' }).getByText(/\d+ standards/).count()).toBe(before);
}, 60_000);

test('the same file twice: offered again, and replaced as a whole', async () => {
  await choose(pdf);
  await page.getByText('This file is in your library already', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Import Again' }).first().click();
  await page.getByRole('button', { name: 'Import Again' }).first().waitFor({ state: 'detached' });
  await listed('Music Standards.pdf').getByText(/\d+ standards/).first().waitFor();
  await listed('Music Standards.pdf').nth(1).waitFor({ state: 'detached' });
  expect(await listed('Music Standards.pdf').getByText(/\d+ standards/).count()).toBe(1);
});

test('what is typed stays while the backend is restarted after a crash', async () => {
  const search = page.getByRole('searchbox', { name: 'Search standards' });
  await search.fill('melody');
  const { pid, generation } = await running.status();
  const back = running.untilState('healthy', generation + 1);
  process.kill(pid ?? 0, 'SIGKILL');
  await page.getByText('The backend stopped and is being restarted.', { exact: false }).waitFor();
  expect(await search.inputValue()).toBe('melody');
  await back;
  await page.getByText('Backend restarted after crash').waitFor();
  await page.getByRole('list', { name: 'Results' }).locator('mark').first().waitFor();
  expect(await search.inputValue()).toBe('melody');
  await expectNoViolations(page);
});

test('Scenario: Database path in userData: the library is there after a restart of the app, and no upload is left', async () => {
  await running.close();
  expect(existsSync(path.join(folder, 'pocket_musec.db'))).toBe(true);
  const uploads = path.join(folder, 'uploads');
  expect(existsSync(uploads) ? readdirSync(uploads) : []).toEqual([]);
  await open();
  await listed('Music Standards.pdf').getByText(/\d+ standards/).waitFor();
  await page.getByRole('searchbox', { name: 'Search standards' }).fill('rhythm');
  await page.getByRole('list', { name: 'Results' }).locator('mark').first().waitFor();
});

test('a document that is removed is gone with its standards', async () => {
  await page.getByRole('button', { name: 'Remove Dropped.pdf' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await listed('Dropped.pdf').waitFor({ state: 'detached' });
  const left = await page.evaluate(async () => (await fetch(`${await window.electronAPI.getApiUrl()}/api/documents`)).text());
  expect(left).not.toContain('Dropped.pdf');
});

test('what was asked for while the backend died is done when it is back: a search, an import, a removal', async () => {
  const late = path.join(folder, 'Late.pdf');
  const known = makePdf(late, { pages: 3 });
  const { pid, generation } = await running.status();
  const back = running.untilState('healthy', generation + 1);
  // Nobody answers any more, until it is killed.
  process.kill(childrenOf(pid ?? -1)[0] ?? -1, 'SIGSTOP');
  await page.getByRole('searchbox', { name: 'Search standards' }).fill('music');
  await choose(late);
  await page.getByRole('button', { name: 'Remove Music Standards.pdf' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  process.kill(pid ?? 0, 'SIGKILL');
  await back;
  await listed('Late.pdf').getByText(`${known.standards} standards`).waitFor();
  await listed('Music Standards.pdf').waitFor({ state: 'detached' });
  await page.getByRole('list', { name: 'Results' }).locator('mark').first().waitFor();
  expect(await page.getByRole('searchbox', { name: 'Search standards' }).inputValue()).toBe('music');
});

test('Scenario: Backend environment is isolated: own Python, paths in userData, logs to its file', async () => {
  const { pid } = await running.status();
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  expect(environment).toEqual(expect.arrayContaining([
    'ELECTRON_MODE=true', `DATABASE_PATH=${folder}/pocket_musec.db`, `IMAGE_STORAGE_PATH=${folder}/images`, `LOG_PATH=${folder}/logs/backend.log`,
  ]));
  expect(environment.filter((entry) => /^(PYTHONPATH|NODE_OPTIONS|ELECTRON_RUN)/.test(entry))).toEqual([]);
  const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  expect(argv[0]).toContain('.venv');
  expect(argv).toContain('--port');
  expect(readFileSync(path.join(folder, 'logs/backend.log'), 'utf8')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO /m);
});
