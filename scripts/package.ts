/** `npm run package` and `npm run make`: the folder with the executable, and the installers made from it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { backendSources } from './backend.ts';
import { runMain } from './exit-code.ts';
import { withLock } from './setup/lock.mjs';
import { chosenElectron } from './setup/electron.mjs';
import { run } from './setup/exec.mjs';
import { NODE_MODULES, ROOT } from './setup/paths.mjs';
import { fingerprint, isStamped, writeStamp } from './setup/stamp.mjs';
import { filesBelow } from './sources.ts';

const ALLOW_FALLBACK = '--allow-fallback';
const STAMP = path.join(ROOT, 'out/package.stamp');
// configured, not yet run: one app for both kinds of Mac.
const ARCH = process.platform === 'darwin' ? 'universal' : process.arch;

/** The folder that the packaged app is in, relative to the project. */
export const PACKAGED = `out/PocketMusec-${process.platform}-${ARCH}`;

const SOURCES = [
  'main', 'machines', 'preload', 'renderer', 'fallback', 'scripts', 'forge.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE',
  ...['main', 'preload', 'renderer', 'compat'].map((part) => `vite.${part}.config.ts`),
];

/** Makes the folder unless it is up to date. */
export async function packageApp(): Promise<void> {
  const value = fingerprint({ texts: [chosenElectron()?.version ?? ''], files: [...filesBelow(SOURCES), ...backendSources()] });
  if (isStamped(STAMP, value) && fs.existsSync(path.join(ROOT, PACKAGED))) return;
  await withLock('package', async () => {
    fs.rmSync(STAMP, { force: true });
    await forge('package', [`--arch=${ARCH}`]);
    writeStamp(STAMP, value);
  });
}

/**
 * An older Node that ran `npm ci` left out what makes Debian packages: optional, and for newer ones only. Here npm runs
 * with the pinned Node, and adds just that from the same lock file.
 */
async function addInstallerPackages(): Promise<void> {
  if (fs.existsSync(path.join(NODE_MODULES, 'electron-installer-debian')) || process.platform !== 'linux') return;
  await run('npm', ['install', '--no-save', '--ignore-scripts', '--no-progress'], { retryAfterMs: [3_000] });
}

async function forge(command: string, args: readonly string[]): Promise<void> {
  const child = spawn('electron-forge', [command, ...args], { cwd: ROOT, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  const [code] = await once(child, 'exit') as [number | null];
  if (code !== 0) throw new Error(`electron-forge ${command} failed (exit code ${code})`);
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  const electron = chosenElectron();
  if (electron?.fallback === true) {
    if (command === 'make' && !args.includes(ALLOW_FALLBACK)) {
      process.stderr.write(`Installers are made with the Electron that package.json pins; here there is ${electron.version} only (${electron.why}).\n`
        + `To make them all the same, for trying out: npm run make -- ${ALLOW_FALLBACK}\n`);
      return 1;
    }
    process.stderr.write(`Packaging Electron ${electron.version} (${electron.why}): for trying out, not for release.\n`);
  }
  await packageApp();
  if (command === 'make') {
    await addInstallerPackages();
    await forge('make', ['--from-package', `--arch=${ARCH}`, ...args.filter((arg) => arg !== ALLOW_FALLBACK)]);
    process.stdout.write('out/make/\n');
  } else {
    process.stdout.write(`${PACKAGED}/\n`);
  }
  return 0;
}

if (import.meta.main) await runMain(() => main(process.argv.slice(2)));
