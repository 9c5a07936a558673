/** `npm run screenshots -- [NAME...]`: takes the pictures of docs/images/ from the real app, and those of logs and troubles to reports/screenshots/; each screen (or those named) in light and dark. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, type Page } from 'playwright-core';
import { buildApp } from './build.ts';
import { openDisplay } from './display.ts';
import { chosenElectron } from './setup/electron.mjs';
import { troubles, type Screen } from './screenshots/troubles.ts';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';

const PUPPET = path.join(ROOT, 'tests/fixtures/backends/puppet.py');
const work = mkdtempSync(path.join(os.tmpdir(), 'pocketmusec-screenshots-'));

function spec(name: string, content: object): string {
  const file = path.join(work, `${name}.json`);
  writeFileSync(file, JSON.stringify({ name, ...content }));
  return file;
}

async function fillLibrary(page: Page): Promise<void> {
  const pdf = path.join(work, 'General Music Standards K-8.pdf');
  execFileSync(VENV_PYTHON, ['-m', 'tests.fixtures.make_pdf', pdf, '--pages', '12'], { cwd: path.join(ROOT, 'backend-spec'), stdio: 'ignore' });
  await page.locator('input[type=file]').first().setInputFiles(pdf);
  await page.getByText(/\d+ standards/).first().waitFor();
  await page.getByRole('searchbox').fill('rhythm');
  await page.locator('mark').first().waitFor();
}

async function fillLesson(page: Page): Promise<void> {
  await fillLibrary(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Lessons' }).click();
  await page.getByRole('button', { name: 'New Lesson' }).click();
  await page.getByLabel('Title', { exact: true }).fill('Echo games');
  await page.getByRole('button', { name: 'Add Standards' }).click();
  await page.getByLabel('Find standards to link').fill('rhythm');
  await page.locator('.picker-hits li').first().getByText(/rhythm/i).waitFor();
  for (const nth of [1, 2]) {
    await page.getByRole('button', { name: /^Link [0-9K]/ }).first().click();
    await page.getByRole('button', { name: /^Linked: / }).nth(nth - 1).waitFor();
  }
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Draft', exact: true }).click();
  await page.getByRole('button', { name: 'Use Template' }).click();
  await page.getByRole('button', { name: 'Use This Draft' }).click();
  await page.getByText('Draft kept.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('All changes saved').waitFor();
  // Notices would stand in the picture.
  for (const notice of await page.getByRole('button', { name: 'Close notice' }).all()) await notice.click({ timeout: 2000 }).catch(() => {});
}

async function fillLessons(page: Page): Promise<void> {
  await fillLesson(page);
  await page.getByRole('button', { name: 'Back to Lessons' }).click();
  await page.getByRole('button', { name: 'Duplicate Echo games' }).click();
  await page.getByText('2 lessons').waitFor();
}

/** A backend that ends while it starts, with a traceback. */
const BROKEN = ['--backend-spec', spec('failed', {
  command: { development: [VENV_PYTHON, '-S', '-E', PUPPET] }, arguments: ['--port', '{port}'], environment: { PUPPET_START: 'traceback' },
  restart: { delayMs: 10 },
})];

/** What each picture shows: how the app is started, and what is done before the picture is taken. */
const SCREENS: Readonly<Record<string, Screen>> = {
  starting: {
    args: ['--backend-spec', spec('starting', {
      command: { development: [VENV_PYTHON, '-S', '-E', PUPPET] }, arguments: ['--port', '{port}'], environment: { PUPPET_START: 'deaf' },
    })],
    prepare: async (page) => { await page.getByText('Connecting...').first().waitFor(); },
  },
  empty: { args: [], prepare: async (page) => { await page.getByRole('heading', { name: 'Bring in your first standards document' }).waitFor(); } },
  library: { args: [], prepare: fillLibrary },
  lessons: { args: [], prepare: fillLessons },
  lesson: { args: [], prepare: fillLesson },
  settings: {
    args: [],
    prepare: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
      await page.getByLabel('Address').waitFor();
    },
  },
  failed: {
    args: BROKEN,
    prepare: async (page) => { await page.getByRole('button', { name: 'Retry' }).waitFor(); },
  },
};

/** Looked at, and not kept: they change with every word, and show paths of the computer. */
const UNKEPT: Readonly<Record<string, Screen>> = {
  logs: {
    args: BROKEN,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'View Full Logs' }).click();
      await page.getByRole('searchbox', { name: 'Search this log' }).fill('ModuleNotFoundError');
      await page.locator('mark').first().waitFor();
    },
  },
  diagnostics: {
    args: BROKEN,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Diagnostics…' }).click();
      await page.getByRole('button', { name: /^versions\.json/ }).click();
      await page.getByText('"versions"').waitFor();
    },
  },
  ...troubles(spec),
};

const all = [
  ...Object.entries(SCREENS).map(([name, screen]) => ({ name, folder: 'docs/images', ...screen })),
  ...Object.entries(UNKEPT).map(([name, screen]) => ({ name, folder: 'reports/screenshots', ...screen })),
];
const named = process.argv.slice(2);
const unknown = named.find((name) => !all.some((screen) => screen.name === name));
if (unknown !== undefined) throw new Error(`There is no screen "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}.`);
const electron = chosenElectron();
if (electron === undefined) throw new Error('There is no Electron; run `npm run setup`.');
await buildApp();
const display = await openDisplay();
const env = Object.fromEntries(Object.entries(display.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
try {
  for (const { name, folder, args, prepare } of all.filter((screen) => named.length === 0 || named.includes(screen.name))) {
    mkdirSync(path.join(ROOT, folder), { recursive: true });
    for (const theme of ['light', 'dark']) {
      const userData = mkdtempSync(path.join(work, 'user-data-'));
      const app = await _electron.launch({ executablePath: electron.executable, args: [ROOT, '--user-data', userData, '--theme', theme, ...args], cwd: ROOT, env, colorScheme: null });
      const page = await app.firstWindow();
      await prepare(page);
      await page.screenshot({ path: path.join(ROOT, folder, `${name}-${theme}.png`), animations: 'disabled' });
      await app.close();
      process.stderr.write(`${folder}/${name}-${theme}.png\n`);
    }
  }
} finally {
  display.server?.kill();
  rmSync(work, { recursive: true, force: true });
}
