/** The bridge: puts the contract's functions at `window.electronAPI`, and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron';
import { NAMES, type ElectronApi, type Result } from './contract';

type Callback = (message: unknown) => void;

/** Calls back with each message, and first with the current one where there is such a thing; returns the function that unsubscribes. */
function subscribe(channel: string, current: string | null, callback: Callback): () => void {
  let newest = -1;
  let isSubscribed = true;
  const tell = (message: unknown): void => {
    if (!isSubscribed) return;
    if (current !== null) {
      // The current message is asked for while later ones may already arrive.
      const { seq } = message as { readonly seq: number };
      if (seq <= newest) return;
      newest = seq;
    }
    callback(message);
  };
  const relay = (_event: unknown, message: unknown): void => { tell(message); };
  ipcRenderer.on(channel, relay);
  if (current !== null) void ipcRenderer.invoke(current).then(tell);
  return () => {
    isSubscribed = false;
    ipcRenderer.removeListener(channel, relay);
  };
}

const calls = Object.entries(NAMES.calls).map(([name, channel]) =>
  [name, async (...args: unknown[]): Promise<unknown> => await ipcRenderer.invoke(channel, ...args)]);
const subscriptions = Object.entries(NAMES.events).map(([name, { channel, current }]) =>
  [name, (callback: Callback) => subscribe(channel, current, callback)]);

contextBridge.exposeInMainWorld('electronAPI', {
  ...Object.fromEntries([...calls, ...subscriptions]),
  getApiUrl: async () => {
    const answer = await (ipcRenderer.invoke('backend:get-url') as Promise<Result<'backend:get-url'>>);
    if ('url' in answer) return answer.url;
    // A plain object: an Error's own properties do not cross the bridge.
    throw answer;
  },
} satisfies Pick<ElectronApi, 'getApiUrl'>);
