/** The app with our own backend, for benches that break it again and again: a crash budget that never runs out, and who is who. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { runnerImport } from 'vite';
import type { ElectronApi } from '../../preload/contract';
import type * as Processes from '../../tests/support/processes';
import { ROOT } from '../setup/paths.mjs';
import { startForBench, type BenchApp } from './electron.ts';

type InPage = { readonly electronAPI: ElectronApi };

export const { module: processes } = await runnerImport<typeof Processes>(path.join(ROOT, 'tests/support/processes.ts'), { root: ROOT, configFile: false, logLevel: 'error' });

interface LogLine { readonly at: number; readonly text: string }

/** Lines of main.log with their epoch milliseconds. */
export function mainLog(userData: string): LogLine[] {
  try {
    return readFileSync(path.join(userData, 'logs/main.log'), 'utf8').split('\n').map((text) => ({ at: Date.parse(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/.exec(text)?.[0] ?? ''), text }));
  } catch {
    return [];
  }
}

/** Resolves with the first line from `since` (epoch milliseconds) on that holds the text. */
export async function loggedAt(userData: string, text: string, since: number, withinMs = 60_000): Promise<number> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const found = mainLog(userData).find((line) => line.at >= since && line.text.includes(text));
    if (found !== undefined) return found.at;
    await sleep(25);
  }
  throw new Error(`The bench waited ${withinMs / 1_000} s for "${text}" in main.log`);
}

export const isHealthy = (userData: string): boolean => mainLog(userData).some(({ text }) => text.includes('"state":"healthy"'));

/** Starts the app with our own spec, whose crash budget and ports are a bench's. */
export async function startSupervised(): Promise<BenchApp> {
  return await startForBench((userData) => {
    const spec = path.join(userData, 'bench.json');
    const own = JSON.parse(readFileSync(path.join(ROOT, 'backend-spec/backend.json'), 'utf8')) as object;
    writeFileSync(spec, JSON.stringify({ ...own, restart: { budget: 1_000 } }));
    return [ROOT, '--user-data', userData, '--backend-spec', spec];
  }, isHealthy);
}

/** The process that answers, which is not always the one that was spawned: a warden may stand above it. */
export async function servingPid(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const url = await (globalThis as unknown as InPage).electronAPI.getApiUrl();
    return ((await (await fetch(`${url}/health`)).json()) as { pid: number }).pid;
  });
}
