/** One app for each userData: a second start shows the first one's window, which says so, and ends. */
import { app, type BrowserWindow } from 'electron';
import * as v from 'valibot';
import type { Log } from './backend/effects';
import type { Notify } from './notify';
import { inWords } from './options';
import { bringToFront } from './window/window';

export const ALREADY_RUNNING = 'PocketMusec is already running';

/** What a second start hands over: Electron's own list of arguments comes reordered, and in texts beyond Latin-1 all would be lost on the way. */
const Start = v.object({ args: v.string() });
const encode = (args: readonly string[]): v.InferOutput<typeof Start> => ({ args: encodeURIComponent(JSON.stringify(inWords(args))) });

/** Null where something else than this app sent it. */
function decode(data: unknown): string[] | null {
  try {
    return v.parse(v.array(v.string()), JSON.parse(decodeURIComponent(v.parse(Start, data).args)));
  } catch {
    return null;
  }
}

/** False in a second start, whose arguments the first one gets. Electron clears what a killed app left. */
export const isFirstInstance = (args: readonly string[]): boolean => app.requestSingleInstanceLock(encode(args));

interface Tools {
  readonly notify: Notify;
  readonly log: Log;
  readonly isQuitting: () => boolean;
  /** The window, opened anew where it was closed (macOS); null before Electron is ready. */
  readonly window: () => BrowserWindow | null;
}

export function setupInstance({ notify, log, isQuitting, window }: Tools): void {
  let isRelaunched = false;
  app.on('second-instance', (_event, _argv, _folder, data) => {
    log.info('a second start', { isQuitting: isQuitting() });
    if (isQuitting()) {
      // The second start ends, and so does this one: without a third nothing would run, although somebody wants it.
      const args = decode(data);
      if (!isRelaunched) app.relaunch(args ? { args } : {});
      isRelaunched = true;
      return;
    }
    // Before the window gets the focus: whoever was looking elsewhere is told by the system.
    notify.tell(ALREADY_RUNNING);
    const shown = window();
    if (shown) bringToFront(shown);
  });
}
