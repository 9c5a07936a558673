import { mkdtempSync } from 'node:fs';
import { _electron } from 'playwright-core';
import { openDisplay } from './display.ts';
import { chosenElectron } from './setup/electron.mjs';
import { ROOT } from './setup/paths.mjs';
const display = await openDisplay();
const env = Object.fromEntries(Object.entries(display.env).filter((e): e is [string, string] => e[1] !== undefined));
for (let i = 0; i < Number(process.argv[2]); i += 1) {
  const t = Date.now();
  const app = await _electron.launch({ executablePath: chosenElectron()!.executable, args: [ROOT, '--user-data', mkdtempSync('/tmp/zz-')], cwd: ROOT, env });
  let err = ''; app.process().stderr?.on('data', (d) => { err += d; });
  const page = await app.firstWindow();
  if (i % 2) await page.getByText('Ready').first().waitFor();
  const q = Date.now();
  const r = await Promise.race([app.close().then(() => 'closed'), new Promise((x) => setTimeout(() => x('HUNG'), 12000))]);
  console.log(i, r, q - t, Date.now() - q);
  if (r === 'HUNG') { console.log(err.slice(-1500)); console.log(app.process().pid); break; }
}
display.server?.kill();
