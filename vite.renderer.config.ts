/** Builds the pages into `.build/renderer`, from where the main process serves them as `app://bundle/`. */
import path from 'node:path';
import { defineConfig, runnerImport, type Plugin } from 'vite';

/** A page that waits for its script is blank for a tenth of a second; this one shows the start at once. */
const firstPicture: Plugin = {
  name: 'first-picture',
  async transformIndexHtml(html) {
    const file = path.resolve(import.meta.dirname, 'renderer/prerender.tsx');
    const { module } = await runnerImport<typeof import('./renderer/prerender')>(file, { configFile: false, logLevel: 'error', oxc: { jsx: { runtime: 'automatic' } } });
    return html.replace('<div id="root"></div>', `<div id="root">${module.firstPicture()}</div>`);
  },
};

export default defineConfig({
  plugins: [firstPicture],
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
