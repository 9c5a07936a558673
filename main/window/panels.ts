/** Shows the logs or the diagnostics in the window: for the menu, and for dialogs. */
import type { BrowserWindow } from 'electron';
import type { Panel } from '../../preload/contract';
import { broadcast } from '../ipc';
import { bringToFront } from './window';

/** Brings the window to the front, made anew where it was closed, and has its page show the panel. */
export type ShowPanel = (panel: Panel) => void;

/** `open` gives the window, made where there is none. */
export function createPanelShower(open: () => BrowserWindow): ShowPanel {
  return (panel) => {
    const window = open();
    bringToFront(window);
    // A page that loads listens when it is done.
    if (window.webContents.isLoading()) window.webContents.once('did-finish-load', () => { broadcast('panel:show', panel); });
    else broadcast('panel:show', panel);
  };
}
