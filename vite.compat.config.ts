/** The build of what the fallback Electron loads before the app. */
import { nodeConfig } from './vite.main.config.ts';

export default nodeConfig({ entry: 'fallback/compat.ts', outDir: '.build/compat', target: 'node16' });
