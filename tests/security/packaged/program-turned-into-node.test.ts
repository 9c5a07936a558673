/** Hole: the packaged program is turned into a bare Node, takes code by its environment, opens a debugger, or loads another app than its archive. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { collect, ROOT } from '../../support/app';

const packaged = path.join(ROOT, `out/PocketMusec-${process.platform}-${process.arch}`);
// Beside the package, so that its files can be linked and need not be copied.
const copy = path.join(ROOT, 'out/.tampered');
const marker = (name: string): string => path.join(copy, `${name}.marker`);

beforeAll(() => {
  rmSync(copy, { recursive: true, force: true });
  execFileSync('cp', ['--archive', '--link', packaged, copy]);
});
afterAll(() => { rmSync(copy, { recursive: true, force: true }); });

test('the fuses in the binary say so', async () => {
  const fuses = await getCurrentFuseWire(path.join(packaged, 'pocketmusec'));
  expect(fuses[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
  expect(fuses[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(FuseState.DISABLE);
  expect(fuses[FuseV1Options.EnableNodeCliInspectArguments]).toBe(FuseState.DISABLE);
  expect(fuses[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);
});

test('and so does what happens: with an app beside the archive, code in the environment and a debugger asked for, the app starts as ever', async () => {
  const evil = (name: string): string => `require('node:fs').writeFileSync(${JSON.stringify(marker(name))}, '');`;
  const preloaded = path.join(copy, 'evil.cjs');
  writeFileSync(preloaded, evil('node-options'));
  const app = path.join(copy, 'resources/app');
  mkdirSync(app);
  writeFileSync(path.join(app, 'package.json'), '{ "name": "evil", "main": "main.cjs" }');
  writeFileSync(path.join(app, 'main.cjs'), `${evil('app')} process.exit(3);`);
  const environment = Object.fromEntries(['DISPLAY', 'HOME', 'XDG_RUNTIME_DIR', 'ELECTRON_DISABLE_SANDBOX'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  const child = spawn(path.join(copy, 'pocketmusec'), ['--inspect=0', '--self-test', '--import', path.join(copy, 'nowhere.pdf')], {
    env: { ...environment, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require=${preloaded}` }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, report, stderr } = await collect(child);
  expect(report?.error).toContain('There is no file');
  expect(code).toBe(1);
  expect(stderr).not.toContain('Debugger listening');
  expect(['node-options', 'app'].filter((name) => existsSync(marker(name)))).toEqual([]);
}, 60_000);
