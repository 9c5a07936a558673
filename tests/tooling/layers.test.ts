/** The import rule of ARCHITECTURE.md: each layer's violation is found, and what is allowed is left alone. */
import { importsOf, singles, tooNew, violations } from '../../scripts/check-layers';

const check = (file: string, text: string) => violations(importsOf(file, text));

describe('is refused:', () => {
  it.each([
    ['machines/a.ts', "import fs from 'node:fs';", 'xstate only'],
    ['machines/a.ts', "import type { Log } from '../main/log';", 'xstate only'],
    ['machines/a.ts', "import type { BackendStatus } from '../preload/contract';", 'xstate only'],
    ['preload/contract.ts', "import { ipcRenderer } from 'electron';", 'names and types of the machine only'],
    ['preload/shapes.ts', "import { readFileSync } from 'node:fs';", 'names and types of the machine only'],
    ['preload/index.ts', "import { open } from '../main/window/window';", 'the contract only'],
    ['preload/index.ts', "import fs from 'node:fs';", 'the contract only'],
    ['renderer/store.ts', "import { BACKEND_STATES } from '../preload/contract';", 'types of preload/contract'],
    ['renderer/store.ts', "import type { Paths } from '../main/paths';", 'renderer/ imports'],
    ['renderer/ui/deep/a.tsx', "export * from '../../../machines/status';", 'renderer/ imports'],
    ['renderer/store.ts', "const m = await import('../main/paths');", 'renderer/ imports'],
    ['renderer/store.ts', "let m: import('../main/paths').Paths;", 'renderer/ imports'],
    ['renderer/store.ts', "import { ipcRenderer } from 'electron';", 'no Node and no Electron'],
    ['renderer/inspector/index.tsx', "import { log } from '../../main/logs/logs';", 'the inspector'],
    ['main/index.ts', "import { App } from '../renderer/app';", 'main/ imports'],
    ['main/index.ts', "import { rig } from '../tests/support/rig';", 'main/ imports'],
    ['main/index.ts', "import { api } from '../preload/index';", 'main/ imports'],
    ['scripts/a.ts', "import { parse } from '../main/options';", 'scripts import'],
  ])('%s: %s', (file, text, message) => {
    expect(check(file, text)).toEqual([expect.stringContaining(message) as string]);
  });
});

describe('is allowed:', () => {
  it.each([
    ['machines/a.ts', "import { setup } from 'xstate'; import { b } from './b'; export type { C } from './deep/c';"],
    ['preload/contract.ts', "import * as v from 'valibot'; import { backendStatus } from './shapes';"],
    ['preload/shapes.ts', "import type { Crash } from '../machines/context'; import { FATAL_REASONS } from '../machines/policy';"],
    ['preload/index.ts', "import { ipcRenderer } from 'electron'; import type { ElectronApi } from './contract';"],
    ['renderer/store.ts', "import type { BackendStatus } from '../preload/contract'; import ky from 'ky'; import './styles/app.css';"],
    ['renderer/inspector/index.tsx', "import { lifecycleMachine } from '../../machines/lifecycle';"],
    ['main/ipc.ts', "import { ipcMain } from 'electron'; import path from 'node:path'; import { INVOKE } from '../preload/contract';"],
    ['main/backend/a.ts', "import { DEFAULT_POLICY } from '../../machines/policy';"],
    ['scripts/schema.ts', "await runnerImport<typeof import('../main/backend/spec')>('spec');"],
  ])('%s: %s', (file, text) => {
    expect(check(file, text)).toEqual([]);
  });
});

test('pages may not use what Chrome 108 does not know; main may', () => {
  const text = 'const a = 1;\nlist.toSorted();';
  expect(tooNew('renderer/a.ts', text)).toEqual(['renderer/a.ts:2 uses .toSorted(: pages in Chrome 108 do not have it']);
  expect(tooNew('main/a.ts', text)).toEqual([]);
});

test.each([
  ['main/a.ts', 'electron.ipcMain.on("x", () => {});', 'main/ipc.ts'],
  ['main/a.ts', 'window.webContents.send("x");', 'main/ipc.ts'],
  ['preload/a.ts', "import { ipcRenderer } from 'electron';", 'preload/index.ts'],
  ['main/a.ts', 'const { openExternal } = shell;', 'main/links.ts'],
  ['main/a.ts', 'const other = new BrowserWindow({});', 'main/window/window.ts'],
])('%s: %s is the business of %s alone', (file, text, only) => {
  expect(singles(file, `// a comment about ${text}\n${text}`)).toEqual([expect.stringMatching(new RegExp(`^${file}:2 .* only ${only} may`)) as string]);
  expect(singles(only, text)).toEqual([]);
});
