/** The bridge: puts the contract's functions at `window.electronAPI`, and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron';
import type { BackendStatus, ElectronApi, EventChannels, InvokeChannels } from './contract';

async function invoke<Channel extends keyof InvokeChannels>(
  channel: Channel, ...args: InvokeChannels[Channel]['args']
): Promise<InvokeChannels[Channel]['result']> {
  return await (ipcRenderer.invoke(channel, ...args) as Promise<InvokeChannels[Channel]['result']>);
}

function listen<Channel extends keyof EventChannels>(channel: Channel, listener: (message: EventChannels[Channel]) => void): () => void {
  const relay = (_event: unknown, message: EventChannels[Channel]): void => { listener(message); };
  ipcRenderer.on(channel, relay);
  return () => { ipcRenderer.removeListener(channel, relay); };
}

const api: ElectronApi = {
  getApiUrl: async () => {
    const answer = await invoke('backend:get-url');
    if ('url' in answer) return answer.url;
    // eslint-disable-next-line no-throw-literal -- a plain object: an Error's own properties do not cross the bridge
    throw answer;
  },
  onBackendStatus: (callback) => {
    let newest = -1;
    const tell = (status: BackendStatus): void => {
      // The current status is asked for while later ones may already arrive.
      if (status.seq <= newest) return;
      newest = status.seq;
      callback(status);
    };
    const unsubscribe = listen('backend-status', tell);
    let isSubscribed = true;
    void invoke('backend:get-status').then((status) => { if (isSubscribed) tell(status); });
    return () => {
      isSubscribed = false;
      unsubscribe();
    };
  },
  sendBackendCommand: async (command) => { await invoke('backend:command', command); },
  getAppInfo: async () => await invoke('app:info'),
  openLogs: async () => { await invoke('logs:open'); },
  getSelfTestJob: async () => await invoke('self-test:get-job'),
  finishSelfTest: async (outcome) => { await invoke('self-test:finish', outcome); },
};

contextBridge.exposeInMainWorld('electronAPI', api);
