/** A browser that is not ours, as a person has it beside the app: a real Chromium where POCKETMUSEC_OUTSIDE_BROWSER names one, else the bare Electron. */
import path from 'node:path';
import { _electron, chromium, type Page } from 'playwright-core';
import { electronExecutable, ROOT } from './app';

export interface ForeignBrowser {
  readonly page: Page;
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** Opens it with an empty page. For it `evilHost` is a name of this computer, as a hostile name server would have it. */
export async function openForeignBrowser(profile: string, evilHost: string): Promise<ForeignBrowser> {
  const rules = `--host-resolver-rules=MAP ${evilHost} 127.0.0.1`;
  const outside = process.env['POCKETMUSEC_OUTSIDE_BROWSER'];
  if (outside !== undefined) {
    const browser = await chromium.launch({ executablePath: outside, args: [rules], chromiumSandbox: process.getuid?.() !== 0 });
    return { page: await browser.newPage(), name: `Chromium ${browser.version()}`, close: async () => { await browser.close(); } };
  }
  const { NODE_OPTIONS: _, ...env } = process.env;
  const app = await _electron.launch({
    executablePath: electronExecutable(), args: [rules, path.join(ROOT, 'tests/fixtures/empty-window'), profile], env: env as Record<string, string>,
  });
  return { page: await app.firstWindow(), name: 'Electron', close: async () => { await app.close(); } };
}
