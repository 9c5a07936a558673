/** Names what the preload script puts into the page. */
import type { ElectronApi } from '../preload/contract';

declare global {
  interface Window {
    readonly electronAPI: ElectronApi;
  }
}
