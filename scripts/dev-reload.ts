/** Reloads an app's pages from outside, by Chromium's debugging protocol, so that the app needs no code for it. */
import { once } from 'node:events';

interface Target {
  readonly type: string;
  readonly webSocketDebuggerUrl?: string;
}

/** `address`: host and port that Chromium printed. */
export async function reloadPages(address: string): Promise<void> {
  const targets = await (await fetch(`http://${address}/json/list`)).json() as Target[];
  await Promise.all(targets.map(async ({ type, webSocketDebuggerUrl }) => {
    if (type !== 'page' || webSocketDebuggerUrl === undefined) return;
    const socket = new WebSocket(webSocketDebuggerUrl);
    await once(socket, 'open');
    socket.send(JSON.stringify({ id: 1, method: 'Page.reload' }));
    await once(socket, 'message');
    socket.close();
  }));
}
