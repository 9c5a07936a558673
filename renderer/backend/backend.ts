/** The page's view of the backend: the newest status, and what the page may ask of the main process about it. */
import type { BackendState, BackendStatus, ElectronApi, UserCommand } from '../../preload/contract';
import { abortReason, createStore, when, type Readable } from '../store';

const USABLE: readonly BackendState[] = ['healthy', 'unhealthy', 'reconnecting'];
/** The main process takes no more than one a second. */
const PROBE_EVERY_MS = 1000;

export interface BackendView {
  readonly status: BackendStatus | null;
  /** Once it was healthy, the library stays on the screen through whatever follows. */
  readonly wasHealthy: boolean;
}

export interface Backend {
  readonly view: Readable<BackendView>;
  readonly usable: () => boolean;
  /** Waits until requests can be sent, through restarts and a RETRY after `fatal`: nothing that was asked for is dropped. */
  readonly baseUrl: (signal?: AbortSignal) => Promise<string>;
  readonly command: (command: UserCommand) => void;
  /** Tells the main process that a request went wrong, so that it looks at once. */
  readonly probe: () => void;
  readonly stop: () => void;
}

export const isUsable = (view: BackendView): boolean => view.status !== null && USABLE.includes(view.status.state);

export function createBackend(api: ElectronApi): Backend {
  const view = createStore<BackendView>({ status: null, wasHealthy: false });
  let probedAt = -Infinity;

  const stop = api.onBackendStatus((status) => {
    view.update((old) => (old.status !== null && old.status.seq >= status.seq ? old : next(old, status)));
  });

  const command = (name: UserCommand): void => {
    // The machine's answer is the next status; a refused command has nothing more to say here.
    api.sendBackendCommand(name).catch(() => {});
  };

  return {
    view,
    stop,
    command,
    usable: () => isUsable(view.get()),
    probe: () => {
      const now = performance.now();
      if (now - probedAt < PROBE_EVERY_MS) return;
      probedAt = now;
      command('PROBE_NOW');
    },
    baseUrl: async (signal) => {
      for (;;) {
        const { status } = await when(view, isUsable, signal);
        try {
          const url = await api.getApiUrl();
          if (signal?.aborted) throw abortReason(signal);
          return url;
        } catch (error) {
          if (signal?.aborted) throw error;
          // The state moved on while we asked; the status of that is on its way.
          await when(view, (now) => now.status?.seq !== status?.seq, signal);
        }
      }
    },
  };
}

function next(old: BackendView, status: BackendStatus): BackendView {
  return { status, wasHealthy: old.wasHealthy || USABLE.includes(status.state) };
}
