/** `npm run outside`: has a real Chromium, which is not ours, attack the running app; installs it where it may. */
import fs from 'node:fs';
import path from 'node:path';
import { runInDisplay } from './display.ts';
import { runMain } from './exit-code.ts';
import { installPackages } from './setup/apt.mjs';
import { run } from './setup/exec.mjs';
import { ROOT } from './setup/paths.mjs';
import { SetUpError } from './setup/step.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => fs.existsSync(file));
}

await runMain(async () => {
  if (findBrowser() === undefined) {
    process.stderr.write('Installing Chromium…\n');
    await installPackages(['chromium'], 'There is no Chromium');
  }
  const browser = findBrowser();
  if (browser === undefined) throw new SetUpError(`There is none of ${NAMES.join(', ')} on the PATH.`);
  process.env['POCKETMUSEC_OUTSIDE_BROWSER'] = browser;
  await run(process.execPath, [path.join(ROOT, 'scripts/build.ts')]);
  return await runInDisplay('jest', ['--selectProjects', 'e2e', '--runInBand', '--testPathPatterns', 'security/window/foreign-pages', ...process.argv.slice(2)], { cwd: ROOT });
});
