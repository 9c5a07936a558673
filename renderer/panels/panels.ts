/** Which panel stands in place of the window's screens: the logs, or none. */
import type { ElectronApi, Panel } from '../../preload/contract';
import { createStore, type Readable } from '../store';

export interface Panels {
  readonly open: Readable<Panel | null>;
  readonly show: (panel: Panel) => void;
  readonly close: () => void;
  readonly stop: () => void;
}

export function createPanels(electron: Pick<ElectronApi, 'onShowPanel'>): Panels {
  const open = createStore<Panel | null>(null);
  return { open, show: open.set, close: () => open.set(null), stop: electron.onShowPanel(open.set) };
}
