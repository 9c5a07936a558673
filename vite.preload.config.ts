/** The build of the preload script: one file, since a sandboxed preload can require nothing of ours. */
import { nodeConfig } from './vite.main.config.ts';

export default nodeConfig({ entry: 'preload/index.ts', outDir: '.build/preload', target: 'chrome108' });
