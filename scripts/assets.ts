/** Makes all that goes into the packaged app; the one thing that Forge asks for before it packages. */
import { buildBackend } from './backend.ts';
import { buildApp } from './build.ts';
import { runMain } from './exit-code.ts';
import { zipFallback } from './fallback-zip.ts';
import { chosenElectron } from './setup/electron.mjs';

await runMain(async () => {
  await buildApp();
  await buildBackend();
  const electron = chosenElectron();
  if (electron?.fallback === true) await zipFallback(electron);
  return 0;
});
