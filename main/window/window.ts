/** The one factory of windows: sandboxed, without Node, locked to the pages that the app brings. */
import path from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import type { Log } from '../backend/effects';
import { ORIGIN } from './assets';

/** The pages' own background in both themes, so that a window never flashes white before its page is there. */
const BACKGROUND = { light: '#faf8f5', dark: '#191716' };

/** A page that dies again so soon would die for ever: it stays away, and the menu can load it. */
const CRASHES_APART_MS = 10_000;

/** Loads a page again that has crashed: the backend has gone on, and the page asks it for all that it shows. */
function reviveOnCrash({ webContents }: BrowserWindow, log: Log): void {
  let lastAt = -Infinity;
  webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    const at = performance.now();
    const isRevived = at - lastAt > CRASHES_APART_MS;
    lastAt = at;
    log.error('the page crashed', { reason, exitCode, isRevived });
    if (isRevived) webContents.reload();
  });
}

/** Opens the app's window. It is shown at once: a person who starts an app should see it. */
export function createWindow(buildFolder: string, log: Log): BrowserWindow {
  const window = new BrowserWindow({
    width: 1180,
    height: 760,
    minWidth: 640,
    minHeight: 480,
    title: 'PocketMusec',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload: path.join(buildFolder, 'preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  const { webContents } = window;
  // Neither the policy nor the session sees what WebRTC sends.
  webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => { event.preventDefault(); });
  webContents.on('will-attach-webview', (event) => { event.preventDefault(); });
  reviveOnCrash(window, log);
  void window.loadURL(`${ORIGIN}/index.html`);
  return window;
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
