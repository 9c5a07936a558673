/** Builds the pages into `.build/renderer`, from where the main process serves them as `app://bundle/`. */
import path from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: path.resolve(import.meta.dirname, 'renderer'),
  base: './',
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    // What the fallback Electron runs.
    target: 'chrome108',
    cssTarget: 'chrome108',
    // Fonts stay files: the content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    outDir: path.resolve(import.meta.dirname, '.build/renderer'),
    emptyOutDir: true,
  },
});
