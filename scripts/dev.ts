/** `npm run dev`: opens the app, rebuilds what changes, then reloads the page (renderer) or starts the app again (main, preload, backend). */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { build, type Rolldown } from 'vite';
import { configOf, forgetBuilds, parts, type Part } from './build.ts';
import { reloadPages } from './dev-reload.ts';
import { chosenElectron } from './setup/electron.mjs';
import { ROOT } from './setup/paths.mjs';
import { followParent, forwardSignals } from './setup/signals.mjs';

const SETTLE_MS = 150;
const BACKEND = path.join(ROOT, 'backend-spec');

let app: ChildProcess | undefined;
let devTools: string | undefined;
let restarting = false;
let ending = false;

/** Through `npm start`'s own way of opening, so that the display and the ends are the same. */
function openApp(): void {
  const electron = chosenElectron();
  if (electron === undefined) throw new Error('There is no Electron; run `npm run setup`.');
  devTools = undefined;
  const display = path.join(ROOT, 'scripts/display.ts');
  app = spawn(process.execPath, [display, electron.executable, ROOT, '--remote-debugging-port=0', ...process.argv.slice(2)], {
    stdio: ['ignore', 'inherit', 'pipe'],
    // Out of the terminal's group: a Ctrl-C reaches it through us, once.
    detached: process.platform !== 'win32',
  });
  app.stderr?.setEncoding('utf8').on('data', (text: string) => {
    devTools = /DevTools listening on ws:\/\/([^/\s]+)/.exec(text)?.[1] ?? devTools;
    process.stderr.write(text);
  });
  app.once('exit', (code) => {
    if (restarting || ending) return;
    // Closed by its user.
    process.exit(code ?? 1);
  });
}

async function restart(): Promise<void> {
  if (restarting || ending || app === undefined) return;
  restarting = true;
  const gone = once(app, 'exit');
  app.kill('SIGTERM');
  await gone;
  restarting = false;
  openApp();
}

/** Several files are saved at once, as a rule. */
function settled(action: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      action().catch((error: unknown) => { process.stderr.write(`${String(error)}\n`); });
    }, SETTLE_MS);
  };
}

const restartSoon = settled(restart);
const reloadSoon = settled(async () => { if (devTools !== undefined) await reloadPages(devTools); });

/** Resolves once the first build is there; the app must not be opened on half of it. */
async function watch(part: Part): Promise<void> {
  const watcher = await build({ ...configOf(part), build: { watch: {} } }) as Rolldown.RolldownWatcher;
  let opened = false;
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') process.stderr.write(`${part.name}: ${event.error.message}\n`);
      if (event.code !== 'END') return;
      if (opened) {
        process.stderr.write(`Built ${part.name}.\n`);
        (part.name === 'renderer' ? reloadSoon : restartSoon)();
      }
      opened = true;
      resolve();
    });
  });
}

forwardSignals((signal) => {
  ending = true;
  if (app === undefined) process.exit(130);
  app.once('exit', (code) => { process.exit(code ?? 130); });
  app.kill(signal);
});
followParent(() => { process.kill(process.pid, 'SIGTERM'); });

// What stands there afterwards is not what a stamp would say.
forgetBuilds();
await Promise.all(parts().map(watch));
fs.watch(BACKEND, { recursive: true }, (_event, name) => {
  if (name?.endsWith('.py') === true || name === 'backend.json') restartSoon();
});
openApp();
process.stderr.write('Watching. Ctrl-C ends.\n');
