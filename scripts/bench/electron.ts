/** Starts an Electron app for a bench and asks its page, afterwards, when things happened: nothing is attached while it starts. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chosenElectron } from '../setup/electron.mjs';

const POLL_MS = 25;
const LIMIT_MS = 60_000;

export interface SpawnedApp {
  /** Epoch milliseconds just before the spawn. */
  readonly spawnedAt: number;
  readonly userData: string;
  readonly child: ChildProcess;
  /** Everything that it printed to stdout so far. */
  readonly printed: () => string;
  /** Ends it, if it still runs, and removes its folder. */
  readonly end: () => Promise<void>;
}

export interface BenchApp extends SpawnedApp {
  readonly page: Page;
  readonly close: () => Promise<void>;
}

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(POLL_MS);
  }
  throw new Error(`The bench waited ${LIMIT_MS / 1_000} s for ${what}`);
}

async function attach(userData: string): Promise<Browser> {
  const portFile = path.join(userData, 'DevToolsActivePort');
  const base = await until('the page', async () => {
    if (!existsSync(portFile)) return undefined;
    const url = `http://127.0.0.1:${readFileSync(portFile, 'utf8').split('\n')[0]}`;
    const targets = (await (await fetch(`${url}/json/list`)).json()) as { type: string; url: string }[];
    return targets.some(({ type, url: address }) => type === 'page' && address !== '') ? url : undefined;
  });
  return await chromium.connectOverCDP(base, { noDefaults: true });
}

/** `isUp` says when the start is over, from outside. */
export async function spawnForBench(args: (userData: string) => readonly string[], isUp: (userData: string, printed: string) => boolean): Promise<SpawnedApp> {
  const electron = chosenElectron();
  if (electron === undefined) throw new Error('There is no Electron; run `npm run setup`.');
  const userData = mkdtempSync(path.join(os.tmpdir(), 'pocketmusec-bench-'));
  const spawnedAt = Date.now();
  const child = spawn(electron.executable, [...args(userData)], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => { printed += chunk.toString(); });
  await until('the start', () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The app ended with ${child.signalCode ?? child.exitCode} while it started; its logs are in ${userData}`);
    return isUp(userData, printed) ? true : undefined;
  });
  return {
    spawnedAt, userData, child, printed: () => printed,
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      // Electron's helpers may still be writing while they end.
      rmSync(userData, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** As above; the page is looked at only when the start is over. */
export async function startForBench(args: (userData: string) => readonly string[], isUp: (userData: string, printed: string) => boolean): Promise<BenchApp> {
  const app = await spawnForBench((userData) => ['--remote-debugging-port=0', ...args(userData)], isUp);
  const browser = await attach(app.userData);
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error('There is no page.');
  return {
    ...app, page,
    close: async () => {
      await browser.close();
      await app.end();
    },
  };
}

/** Epoch milliseconds of the first paint with content. */
export async function paintedAt(page: Page): Promise<number> {
  return await until('the first paint', async () => await page.evaluate(() => {
    const entry = performance.getEntriesByName('first-contentful-paint')[0];
    return entry === undefined ? undefined : performance.timeOrigin + entry.startTime;
  }));
}

/** Epoch milliseconds at which the page heard that this generation is in this state. */
export async function heardAt(page: Page, state: string, generation: number): Promise<number> {
  return await until(`${state} of generation ${generation}`, async () => await page.evaluate(([name, number]) => {
    const entry = performance.getEntriesByName(`backend:${name}`).find((mark) => 'detail' in mark && mark.detail === number);
    return entry === undefined ? undefined : performance.timeOrigin + entry.startTime;
  }, [state, generation] as const));
}
