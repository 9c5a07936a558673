/** Which panel stands in place of the window's screens: the logs, the diagnostics, or none. */
import type { ElectronApi, Panel } from '../../preload/contract';
import { createStore, type Readable } from '../store';

export interface Panels {
  readonly open: Readable<Panel | null>;
  readonly show: (panel: Panel) => void;
  readonly close: () => void;
  /** Gives the focus back to what had it before, when the screen is there again. */
  readonly returnFocus: () => void;
  readonly stop: () => void;
}

export function createPanels(electron: Pick<ElectronApi, 'onShowPanel'>): Panels {
  const open = createStore<Panel | null>(null);
  let before: Element | null = null;
  const show = (panel: Panel): void => {
    // Now: what is hidden behind the panel loses the focus by itself.
    if (open.get() === null) before = document.activeElement;
    open.set(panel);
  };
  return {
    open, show,
    close: () => open.set(null),
    returnFocus: () => { if (before instanceof HTMLElement) before.focus(); },
    stop: electron.onShowPanel(show),
  };
}
