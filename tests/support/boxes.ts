/** The real app with message boxes, notifications and the way outside in the test's hands. */
import path from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { launchApp, type RunningApp } from './app';

export interface Box {
  readonly type: string;
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
  readonly hasParent: boolean;
  /** Epoch milliseconds, by the app's own clock: the test may hear of it later. */
  readonly shownAt: number;
  /** `aborted`: it was closed by the app. */
  readonly state: 'open' | 'answered' | 'aborted';
}

/** What fixtures/preloads/boxes.cjs keeps in the main process. */
interface Recorded {
  readonly boxes: (Box & { readonly answer: (button: string) => void })[];
  readonly notifications: { readonly title: string; readonly body: string; readonly fail: () => void }[];
  readonly opened: string[];
}
declare global {
  // eslint-disable-next-line no-var -- only `var` declares a property of globalThis
  var recorded: Recorded;
}

export interface BoxedApp extends RunningApp {
  readonly boxes: () => Promise<Box[]>;
  /** Resolves with the newest box, when `count` have been shown. */
  readonly untilBox: (count: number) => Promise<Box>;
  /** Presses a button of the newest box. */
  readonly press: (button: string) => Promise<void>;
  readonly notifications: () => Promise<string[]>;
  /** What was opened outside of the app. */
  readonly opened: () => Promise<string[]>;
}

const POLL_MS = 20;
/** To be loaded into the app before its own code. */
export const BOXES = path.resolve(__dirname, '../fixtures/preloads/boxes.cjs');

export async function untilBox(app: ElectronApplication, count: number): Promise<Box> {
  return await app.evaluate(async (_electron, [wanted, pollMs]) => await new Promise<Box>((resolve) => {
    const look = (): void => {
      const shown = globalThis.recorded.boxes;
      const newest = shown.at(-1);
      if (shown.length < wanted || newest === undefined) {
        setTimeout(look, pollMs);
        return;
      }
      // A function does not cross over to the test.
      resolve({ ...newest, answer: undefined } as Box);
    };
    look();
  }), [count, POLL_MS] as const);
}

export async function pressButton(app: ElectronApplication, button: string): Promise<void> {
  await app.evaluate((_electron, label) => { globalThis.recorded.boxes.at(-1)?.answer(label); }, button);
}

export async function launchBoxedApp(userData: string, args: readonly string[] = []): Promise<BoxedApp> {
  const running = await launchApp(userData, args, BOXES);
  const { app } = running;
  return {
    ...running,
    boxes: async () => await app.evaluate(() => globalThis.recorded.boxes.map((box) => ({ ...box, answer: undefined }))),
    untilBox: async (count) => await untilBox(app, count),
    press: async (button) => { await pressButton(app, button); },
    notifications: async () => await app.evaluate(() => globalThis.recorded.notifications.map(({ body }) => body)),
    opened: async () => await app.evaluate(() => globalThis.recorded.opened),
  };
}
