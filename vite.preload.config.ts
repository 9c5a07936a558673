/** The build of the preload script: one small file, since a sandboxed preload can require nothing of ours and every page waits for it. */
import path from 'node:path';
import { mergeConfig, runnerImport, type Plugin } from 'vite';
import { nodeConfig } from './vite.main.config.ts';

const CONTRACT = path.join(import.meta.dirname, 'preload/contract.ts');

/** The schemas are main's: of the contract, the bridge keeps the names. */
const namesOnly: Plugin = {
  name: 'names-only',
  async load(id) {
    if (path.normalize(id) !== CONTRACT) return null;
    this.addWatchFile(path.join(import.meta.dirname, 'preload/shapes.ts'));
    const { module } = await runnerImport<typeof import('./preload/contract')>(CONTRACT, { configFile: false, logLevel: 'error' });
    return `export const NAMES = ${JSON.stringify(module.NAMES, null, 2)};`;
  },
};

export default mergeConfig(nodeConfig({ entry: 'preload/index.ts', outDir: '.build/preload', target: 'chrome108' }), { plugins: [namesOnly] });
