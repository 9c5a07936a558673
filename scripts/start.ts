/** `npm start`: builds what changed and opens the app, with the arguments given. Only the app writes to stdout; its exit code is ours. */
import { buildApp } from './build.ts';
import { runInDisplay } from './display.ts';
import { runMain } from './exit-code.ts';
import { chosenElectron } from './setup/electron.mjs';
import { ROOT } from './setup/paths.mjs';

await runMain(async () => {
  const electron = chosenElectron();
  if (electron === undefined) throw new Error('There is no Electron; run `npm run setup`.');
  const built = await buildApp();
  if (built.length > 0) process.stderr.write(`Built ${built.join(', ')}.\n`);
  process.stderr.write(`Electron ${electron.version} (${electron.why})\n`);
  return await runInDisplay(electron.executable, [ROOT, ...process.argv.slice(2)]);
});
