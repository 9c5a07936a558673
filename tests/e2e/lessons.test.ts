/** A lesson from first to last in the real window: standards picked, drafted, saved, exported, printed; nothing typed is lost; a model that writes, and is cancelled. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchApp, temporaryFolder, type RunningApp } from '../support/app';
import { expectNoViolations } from '../support/axe';
import { makePdf } from '../support/pdf';
import { PYTHON } from '../support/supervise';

const { folder, remove } = temporaryFolder();
const KEY = 'sk-canary-5b21';
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

const press = async (name: string): Promise<void> => { await page.getByRole('button', { name, exact: true }).click(); };
const go = async (name: string): Promise<void> => { await page.getByRole('navigation').getByRole('button', { name }).click(); };
const python = (program: string, ...args: string[]): string => execFileSync(PYTHON, ['-c', program, ...args], { encoding: 'utf8' });

/** Answers the system's dialog, which no test can press. */
async function saveAs(file: string): Promise<void> {
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => await Promise.resolve({ canceled: false, filePath });
  }, file);
}
async function exportAs(form: string, file: string): Promise<void> {
  await saveAs(file);
  await page.getByLabel('Export').selectOption(form);
  await page.getByText(`Saved “${path.basename(file)}”`).waitFor();
}

test('standards are picked, a draft is made of them, and the lesson is saved', async () => {
  const pdf = path.join(folder, 'Music Standards.pdf');
  makePdf(pdf, { pages: 6 });
  await page.getByLabel('Choose PDF, CSV or text files to add').setInputFiles(pdf);
  await page.getByText(/\d+ standards/).first().waitFor();
  await go('Lessons');
  await page.getByRole('heading', { name: 'Plan your first lesson' }).waitFor();
  await expectNoViolations(page);
  await press('New Lesson');
  await page.getByLabel('Title', { exact: true }).fill('Beat – Dvořák & Ельнино');
  await press('Add Standards');
  await page.getByLabel('Find standards to link').fill('K.CN.1');
  await page.getByRole('button', { name: 'Link K.CN.1', exact: true }).click();
  await page.getByRole('button', { name: 'Linked: K.CN.1', exact: true }).waitFor();
  await expectNoViolations(page);
  await press('Done');
  await press('Draft');
  await press('Use Template');
  await press('Use This Draft');
  await page.getByText('Total: 45 minutes').waitFor();
  await page.getByLabel('Notes').fill('Bring the drums.');
  const image = path.join(folder, 'drum.png');
  python('import sys; from PIL import Image; Image.new("RGB", (300, 200), (200, 120, 30)).save(sys.argv[1])', image);
  await page.getByLabel('Choose an image to add').setInputFiles(image);
  await page.getByRole('img', { name: 'Image 1' }).waitFor();
  expect(await page.getByRole('img', { name: 'Image 1' }).evaluate(async (element) => {
    await (element as HTMLImageElement).decode();
    return (element as HTMLImageElement).naturalWidth;
  })).toBe(300);
  await page.getByText('Draft kept.', { exact: false }).waitFor();
  await press('Save');
  await page.getByText('All changes saved').waitFor();
  await expectNoViolations(page);
  // The fields scroll, the page around them does not.
  expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
}, 60_000);

test('it is exported where the person says, and read by other programs', async () => {
  const at = (ending: string): string => path.join(folder, `Mein Löve.${ending}`);
  await exportAs('docx', at('docx'));
  await exportAs('pdf', at('pdf'));
  await exportAs('md', at('md'));
  await exportAs('json', at('json'));
  const docx = python('import sys, docx; d = docx.Document(sys.argv[1]); print("\\n".join(p.text for p in d.paragraphs), len(d.inline_shapes))', at('docx'));
  const pdf = python('import sys, pdfplumber; d = pdfplumber.open(sys.argv[1]); print("\\n".join(p.extract_text() for p in d.pages), sum(len(p.images) for p in d.pages))', at('pdf'));
  for (const text of [docx, pdf]) {
    for (const part of ['Beat – Dvořák & Ельнино', 'K.CN.1', 'Warm-up (4 minutes)', 'Bring the drums.']) expect(text).toContain(part);
    expect(text.trim().endsWith(' 1')).toBe(true);
  }
  expect(readFileSync(at('md'), 'utf8')).toContain('# Beat – Dvořák \\& Ельнино');
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  await go('Lessons');
  await page.getByLabel('Choose a lesson that was exported as JSON').setInputFiles(at('json'));
  expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('Beat – Dvořák & Ельнино');
  await page.getByRole('img', { name: 'Image 1' }).waitFor();
}, 60_000);

test('what is printed is the lesson, and nothing of the window', async () => {
  const printed = await running.app.evaluate(async ({ BrowserWindow }) => (await BrowserWindow.getAllWindows()[0]?.webContents.printToPDF({}))?.toString('base64') ?? '');
  const file = path.join(folder, 'printed.pdf');
  writeFileSync(file, Buffer.from(printed, 'base64'));
  const text = python('import sys, pdfplumber; d = pdfplumber.open(sys.argv[1]); print("\\n".join(p.extract_text() for p in d.pages), sum(len(p.images) for p in d.pages))', file);
  for (const part of ['Beat – Dvořák', 'K.CN.1', 'Bring the drums.']) expect(text).toContain(part);
  expect(text.trim().endsWith(' 1')).toBe(true);
  for (const part of ['All changes saved', 'Export', 'Library']) expect(text).not.toContain(part);
});

test('nothing typed is lost, neither by a crash of the backend nor by loading the page again', async () => {
  const notes = page.getByLabel('Notes');
  const { pid, generation } = await running.status();
  const back = running.untilState('healthy', generation + 1);
  await notes.fill('typed before the crash');
  process.kill(pid ?? 0, 'SIGKILL');
  await page.getByText('Waiting for the backend. What you typed is kept.').waitFor();
  await notes.fill('typed while it was away');
  await back;
  await page.getByText('Draft kept.', { exact: false }).waitFor();
  await notes.fill('typed, and loaded again at once');
  await page.reload();
  await page.getByText('Draft kept.', { exact: false }).waitFor();
  expect(await page.getByLabel('Notes').inputValue()).toBe('typed, and loaded again at once');
  const kept = await page.evaluate(async () => (await fetch(`${await window.electronAPI.getApiUrl()}${location.hash.replace('#/', '/api/')}`)).text());
  expect(kept).toContain('typed, and loaded again at once');
}, 60_000);

test('versions are listed, and an old one is restored', async () => {
  await press('Save');
  await page.getByText('All changes saved').waitFor();
  await press('Versions');
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await page.getByText('Restored version 1').waitFor();
  expect(await page.getByLabel('Notes').inputValue()).toBe('Bring the drums.');
  await expectNoViolations(page);
});

describe('with a model', () => {
  let server: Server;
  let writing: ServerResponse | null = null;
  let authorization: string | undefined;
  let closed: Promise<void> = Promise.resolve();
  const piece = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
  beforeAll(async () => {
    server = createServer((request, response) => {
      authorization = request.headers.authorization;
      request.resume();
      if (request.url === '/v1/models') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: 'tiny' }] }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(piece('# Echo games\n\n## Overview\nWe echo'));
      writing = response;
      closed = new Promise((resolve) => { response.on('close', resolve); });
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  });
  afterAll(() => {
    server.closeAllConnections?.();
    server.close();
  });

  test('it is set up, and its key is in no log, no file in clear and not in the page', async () => {
    await go('Settings');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    await page.getByLabel('Model', { exact: true }).fill('tiny');
    await page.getByLabel('Key').fill(KEY);
    await press('Save');
    await page.getByText(/A key is kept/).waitFor();
    await press('Check');
    await page.getByText('It works: the server offers 1 model.').waitFor();
    expect(authorization).toBe(`Bearer ${KEY}`);
    await expectNoViolations(page);
    expect(await page.content()).not.toContain(KEY);
    expect(await page.getByLabel('Key').inputValue()).toBe('');
    const files = ['pocket_musec.db', 'pocket_musec.db-wal', 'secrets.json', ...readdirSync(path.join(folder, 'logs')).map((name) => path.join('logs', name))];
    for (const file of files.map((name) => path.join(folder, name)).filter((name) => existsSync(name))) expect(readFileSync(file).includes(KEY)).toBe(false);
  });

  test('it writes into the page; cancelling closes its connection; a whole draft is taken over', async () => {
    await go('Lessons');
    await page.getByRole('button', { name: /^Beat/ }).first().click();
    await press('Draft');
    await press('Write with Model');
    await page.getByLabel('What the model has written so far').getByText('We echo', { exact: false }).waitFor();
    await press('Cancel');
    await closed;
    await press('Write with Model');
    await page.getByLabel('What the model has written so far').getByText('We echo', { exact: false }).waitFor();
    writing?.end(`${piece(' rhythms.\n\n## Activities\n### Echo (12 minutes)\nClap.\n')}data: [DONE]\n\n`);
    await press('Use This Draft');
    await page.getByText('Total: 12 minutes').waitFor();
    expect(await page.getByLabel('Overview').inputValue()).toBe('We echo rhythms.');
  });
});

test('narrow, as at 400 % zoom: everything is there, and no accessibility violations', async () => {
  await page.setViewportSize({ width: 400, height: 700 });
  await expectNoViolations(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  await go('Lessons');
  await page.getByRole('list', { name: 'Lessons' }).waitFor();
  await expectNoViolations(page);
});

test('a lesson is deleted after a question', async () => {
  const rows = page.getByRole('list', { name: 'Lessons' }).getByRole('listitem');
  const before = await rows.count();
  await page.getByRole('button', { name: /^Delete/ }).first().click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText(/^Deleted “/).waitFor();
  expect(await rows.count()).toBe(before - 1);
});
