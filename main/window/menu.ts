/** The application's menu: the usual roles, so that every platform's shortcuts work, and the way to the logs and the diagnostics. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Panel } from '../../preload/contract';

interface MenuOptions {
  readonly debug: boolean;
  readonly showPanel: (panel: Panel) => void;
}

/** Developer entries stand there in debug mode only. */
export function setupMenu({ debug, showPanel }: MenuOptions): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { type: 'separator' }, { role: 'togglefullscreen' },
    ...(debug ? [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] satisfies MenuItemConstructorOptions[] : []),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' }] satisfies MenuItemConstructorOptions[] : [{ role: 'fileMenu' }] satisfies MenuItemConstructorOptions[]),
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
    { role: 'help', submenu: [
      { id: 'logs', label: 'View Logs', accelerator: 'CmdOrCtrl+Shift+L', click: () => { showPanel('logs'); } },
      { id: 'diagnostics', label: 'Diagnostics…', click: () => { showPanel('diagnostics'); } },
    ] },
  ]));
}
