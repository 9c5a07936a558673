/** Everything that can go wrong in the window, made to happen for a picture. */
import net from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { FatalReason } from '../../preload/contract';
import { ROOT, VENV_PYTHON } from '../setup/paths.mjs';

export interface Screen {
  readonly args: readonly string[];
  readonly prepare: (page: Page) => Promise<void>;
}
type WriteSpec = (name: string, content: object) => string;

const PUPPET = path.join(ROOT, 'tests/fixtures/backends/puppet.py');
const TAKEN_PORT = 7_999;
/** Those with a cause of their own come below. */
const BY_EXIT: readonly FatalReason[] = ['not-runnable', 'database', 'user-data', 'configuration', 'unkillable'];

const seen = (name: string) => async (page: Page): Promise<void> => { await page.getByRole('button', { name }).waitFor(); };
const puppet = async (page: Page, command: string): Promise<void> => {
  await page.getByRole('status').getByText('Ready').waitFor();
  const url = await page.evaluate(async () => await window.electronAPI.getApiUrl());
  await fetch(`${url}/puppet/${command}`).catch(() => {});
};

/** The page of each reason, a slow start, and the banner; by name. */
export function troubles(spec: WriteSpec): Record<string, Screen> {
  const backend = (name: string, start: string, changes: object = {}): readonly string[] => ['--backend-spec', spec(name, {
    command: { development: [VENV_PYTHON, '-S', '-E', PUPPET] }, arguments: ['--port', '{port}'], restart: { delayMs: 10 },
    environment: { PUPPET_START: start, PUPPET_TOKEN: '{token}' }, identity: 'proof', ...changes,
  })];
  // Held for as long as this program runs.
  net.createServer().listen(TAKEN_PORT, '127.0.0.1').unref();
  const failed = BY_EXIT.map((reason, index): [string, Screen] => [
    `failed-${reason}`, { args: backend(reason, `exit-${index + 10}`, { exitCodes: { [index + 10]: reason } }), prepare: seen('Retry') },
  ]);
  return {
    ...Object.fromEntries(failed),
    'failed-executable-missing': { args: backend('missing', 'ok', { command: { development: ['/opt/PocketMusec/resources/backend/main'] } }), prepare: seen('Download Installer') },
    'failed-no-ports': {
      args: backend('no-ports', 'ok', { ports: { fixed: TAKEN_PORT } }),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Quit other applications' }).click();
        await page.getByText('process', { exact: false }).first().waitFor();
      },
    },
    slow: { args: backend('slow', 'never-ready', { health: { startup: { intervalMs: 100, attempts: 3 } } }), prepare: seen('Keep Waiting') },
    'banner-restarting': {
      args: backend('restarting', 'ok', { restart: { delayMs: 60_000 } }),
      prepare: async (page) => {
        await puppet(page, 'exit?1');
        await seen('Restart Now')(page);
      },
    },
    'banner-reconnecting': {
      args: backend('reconnecting', 'ok', { health: { reconnect: { timeoutMs: 60_000 } } }),
      prepare: async (page) => {
        await puppet(page, 'hang');
        await page.evaluate(() => { setInterval(() => { void window.electronAPI.sendBackendCommand('PROBE_NOW'); }, 500); });
        await page.getByText('Attempt 1 of 3.').waitFor();
      },
    },
  };
}
