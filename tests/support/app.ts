/** Starts the real app in a real window: the development build driven by Playwright, or any build as a command. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { BackendStatus, ElectronApi } from '../../preload/contract';
import type { SelfTestReport } from '../../main/selfTest';

declare global {
  interface Window {
    readonly electronAPI: ElectronApi;
  }
}

export const ROOT = path.resolve(__dirname, '../..');

/** The Electron that set-up chose; asked of set-up itself, so that the rule stands in one place. */
export function electronExecutable(): string {
  const module = path.join(ROOT, 'scripts/setup/electron.mjs');
  const program = `import { chosenElectron } from ${JSON.stringify(`file://${module}`)}; process.stdout.write(chosenElectron()?.executable ?? '');`;
  const executable = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  if (executable === '') throw new Error('There is no Electron: run `npm run setup`.');
  return executable;
}

/** A new folder for one test; its name holds what breaks careless programs. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'Pocket Müsec 音-'));
  // Electron's helpers may still be writing while they end.
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); } };
}

/** The test runner's own variables must not reach the app. */
function cleanEnvironment(): Record<string, string> {
  const dropped = /^(NODE_OPTIONS|NODE_ENV|JEST_WORKER_ID|ELECTRON_RUN_AS_NODE|NODE_V8_COVERAGE)$/;
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && !dropped.test(entry[0])));
}

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  /** The newest status, as the page hears it. */
  readonly status: () => Promise<BackendStatus>;
  /** Resolves with the first status, the current one included, in this state (and generation). */
  readonly untilState: (state: BackendStatus['state'], generation?: number) => Promise<BackendStatus>;
  /** Quits as a person does, and waits for the end of the process. */
  readonly close: () => Promise<void>;
}

/** Starts the development build, and waits for nothing. `require` is loaded into its main process before the app's own code. */
export async function launchElectron(args: readonly string[], require: string | null = null): Promise<ElectronApplication> {
  return await _electron.launch({
    executablePath: electronExecutable(),
    args: [...(require === null ? [] : ['-r', require]), ROOT, ...args],
    cwd: ROOT,
    env: cleanEnvironment(),
  });
}

/** Starts the development build, and waits for its window. */
export async function launchApp(userData: string, args: readonly string[] = [], require: string | null = null): Promise<RunningApp> {
  const app = await launchElectron(['--user-data', userData, ...args], require);
  const page = await app.firstWindow();
  // Shorter than a test's own limit, so that a failure names what was waited for.
  page.setDefaultTimeout(20_000);
  const untilState: RunningApp['untilState'] = async (state, generation) =>
    await page.evaluate(async ([wanted, number]) => await new Promise<BackendStatus>((resolve) => {
      const unsubscribe = window.electronAPI.onBackendStatus((status) => {
        if (status.state !== wanted || (number !== undefined && status.generation !== number)) return;
        setTimeout(() => { unsubscribe(); }, 0);
        resolve(status);
      });
    }), [state, generation] as const);
  return {
    app, page, userData, untilState,
    status: async () => await page.evaluate(async () => await new Promise<BackendStatus>((resolve) => {
      const unsubscribe = window.electronAPI.onBackendStatus((status) => {
        setTimeout(() => { unsubscribe(); }, 0);
        resolve(status);
      });
    })),
    close: async () => { await app.close(); },
  };
}

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly statuses: readonly BackendStatus[];
  readonly report: SelfTestReport | null;
}

/** Starts a build as a command: `launch` decides which. The caller ends it. */
export function spawnApp(executable: string, args: readonly string[]): ChildProcess {
  return spawn(executable, args, { cwd: ROOT, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Starts the development build as a command. */
export const spawnDevelopmentApp = (args: readonly string[]): ChildProcess => spawnApp(electronExecutable(), [ROOT, ...args]);

/** Waits for the end of a command and reads its lines of JSON. */
export async function collect(child: ChildProcess): Promise<CommandRun> {
  const read = (stream: NodeJS.ReadableStream | null): (() => string) => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => { chunks.push(chunk); });
    return () => Buffer.concat(chunks).toString('utf8');
  };
  const stdout = read(child.stdout);
  const stderr = read(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = stdout().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as BackendStatus | SelfTestReport);
  return {
    code, stdout: stdout(), stderr: stderr(),
    statuses: lines.filter((line) => 'seq' in line),
    report: lines.find((line) => 'ok' in line) ?? null,
  };
}
