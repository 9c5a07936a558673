/** The build of the main process: one CommonJS file with every package inside. The targets are the fallback Electron's. */
import { builtinModules } from 'node:module';
import path from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

/** What all builds for Electron's Node side share. */
export function nodeConfig({ entry, outDir, target }: { entry: string; outDir: string; target: string }): UserConfig {
  return defineConfig({
    root: import.meta.dirname,
    publicDir: false,
    // Packages' builds for Node, not the ones for browsers.
    resolve: { conditions: ['node'], mainFields: ['module', 'main'] },
    // Errors in the field are read by people, and the size matters little in a packaged app.
    build: {
      target,
      outDir: path.join(import.meta.dirname, outDir),
      emptyOutDir: true,
      sourcemap: true,
      minify: false,
      reportCompressedSize: false,
      lib: { entry: path.join(import.meta.dirname, entry), formats: ['cjs'], fileName: () => 'index.cjs' },
      rollupOptions: { external: ['electron', /^electron\//, ...builtinModules, /^node:/], output: { codeSplitting: false } },
    },
  });
}

export default nodeConfig({ entry: 'main/index.ts', outDir: '.build/main', target: 'node16' });
