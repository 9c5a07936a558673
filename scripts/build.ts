/** The one recipe that builds the app into .build/; used by start, dev, the tests and the packaged app. Builds only the parts whose sources changed. */
import fs from 'node:fs';
import path from 'node:path';
import type { InlineConfig } from 'vite';
import { runMain } from './exit-code.ts';
import { chosenElectron } from './setup/electron.mjs';
import { withLock } from './setup/lock.mjs';
import { ROOT } from './setup/paths.mjs';
import { fingerprint, isStamped, writeStamp } from './setup/stamp.mjs';
import { filesBelow } from './sources.ts';

export interface Part {
  readonly name: 'main' | 'preload' | 'renderer' | 'compat';
  readonly config: string;
  /** Files and folders that the result depends on, beside the locked packages. */
  readonly inputs: readonly string[];
}

const SHARED = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.main.config.ts'];
const PARTS: readonly Part[] = [
  { name: 'main', config: 'vite.main.config.ts', inputs: ['main', 'machines', 'preload'] },
  { name: 'preload', config: 'vite.preload.config.ts', inputs: ['preload', 'machines'] },
  { name: 'renderer', config: 'vite.renderer.config.ts', inputs: ['renderer', 'machines', 'preload'] },
];
const COMPAT: Part = { name: 'compat', config: 'vite.compat.config.ts', inputs: ['fallback'] };

/** What is built here: the fallback Electron needs one part more. */
export function parts(): readonly Part[] {
  return chosenElectron()?.fallback === true ? [...PARTS, COMPAT] : PARTS;
}

/** Where a part is built to; never the place of another one. */
export function outputOf(part: Part): string {
  return path.join(ROOT, '.build', part.name);
}

/** The configuration as it stands, said once for a single build and for a watching one. */
export function configOf(part: Part): InlineConfig {
  return { configFile: path.join(ROOT, part.config), logLevel: 'warn' };
}

/** Builds what is not up to date; resolves with the names of what was built. */
export async function buildApp({ force = false } = {}): Promise<readonly string[]> {
  if (!force && parts().every(isUpToDate)) return [];
  return await withLock('build', async () => {
    const stale = parts().filter((part) => force || !isUpToDate(part));
    await Promise.all(stale.map(buildPart));
    return stale.map(({ name }) => name);
  }, (pid) => process.stderr.write(`Another build is under way here (process ${pid}); waiting for it.\n`));
}

async function buildPart(part: Part): Promise<void> {
  const value = fingerprintOf(part);
  fs.rmSync(stampOf(part), { force: true });
  // Only now: loading it takes longer than finding out that nothing is to be built.
  const { build } = await import('vite');
  try {
    await build(configOf(part));
  } catch (error) {
    throw new Error(`${part.name} can't be built:\n${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  writeStamp(stampOf(part), value);
}

/** For those who are about to write the outputs in a way of their own. */
export function forgetBuilds(): void {
  for (const part of parts()) fs.rmSync(stampOf(part), { force: true });
}

const stampOf = (part: Part) => path.join(ROOT, '.build', `${part.name}.stamp`);
const isUpToDate = (part: Part) => isStamped(stampOf(part), fingerprintOf(part)) && fs.existsSync(outputOf(part));

function fingerprintOf(part: Part): string {
  return fingerprint({ files: filesBelow([...SHARED, part.config, ...part.inputs]) });
}

if (import.meta.main) await runMain(async () => {
  const built = await buildApp({ force: process.argv.includes('--force') });
  process.stderr.write(built.length > 0 ? `Built ${built.join(', ')}.\n` : 'All is up to date.\n');
  return 0;
});
