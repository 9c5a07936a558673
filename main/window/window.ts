/** The one factory of windows: sandboxed, without Node, locked to the pages that the app brings. */
import path from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { ORIGIN } from './assets';

/** The pages' own background in both themes, so that a window never flashes white before its page is there. */
const BACKGROUND = { light: '#faf8f5', dark: '#191716' };

/** Opens the app's window. It is shown at once: a person who starts an app should see it. */
export function createWindow(buildFolder: string): BrowserWindow {
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
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('will-navigate', (event) => { event.preventDefault(); });
  webContents.on('will-attach-webview', (event) => { event.preventDefault(); });
  void window.loadURL(`${ORIGIN}/index.html`);
  return window;
}
