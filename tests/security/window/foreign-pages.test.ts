/** Hole: a page that is not the app's uses the bridge, or the backend, from a window, a frame, a browser, or under a name that leads to this computer. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { INVOKE } from '../../../preload/contract';
import { launchApp, ROOT, temporaryFolder, type RunningApp } from '../../support/app';
import { openForeignBrowser, type ForeignBrowser } from '../../support/foreignBrowser';
import { closeServers, reply, serve } from '../../support/servers';

const EVIL = 'evil.example';
const RAW_PRELOAD = path.join(ROOT, 'tests/fixtures/raw-preload.cjs');
const CHANNELS = Object.keys(INVOKE);

const { folder, remove } = temporaryFolder();
const profile = temporaryFolder();
let running: RunningApp;
let port = 0;
beforeAll(async () => {
  running = await launchApp(folder);
  port = (await running.untilState('healthy')).port ?? 0;
});
afterAll(async () => {
  await running.close();
  await closeServers();
  remove();
  profile.remove();
});

/** What the backend holds, and that it is the same one as ever. */
async function untouched(): Promise<void> {
  expect(await running.status()).toMatchObject({ state: 'healthy', generation: 1, crashes: 0, port });
  const counts = await running.page.evaluate(async (base) => await Promise.all(['documents', 'lessons'].map(async (what) =>
    ((await (await fetch(`${base}/api/${what}`)).json()) as Record<string, unknown[]>)[what]?.length)), `http://127.0.0.1:${port}`);
  expect(counts).toEqual([0, 0]);
}

describe('Towards Secure IPC validation: with Electron’s raw way to main in its hands', () => {
  interface Sent { readonly from: string; readonly outcomes: readonly string[] }
  /** Opens a window with the raw preload at `url` inside the app, and sends every channel what the page itself may say; from each frame of it. */
  const attack = async (url: string, frames: boolean): Promise<Sent[]> => await running.app.evaluate(async ({ BrowserWindow }, [preload, address, inFrames, names]) => {
    const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegrationInSubFrames: inFrames } });
    try {
      await window.loadURL(address);
      if (inFrames) {
        await window.webContents.executeJavaScript(`new Promise((resolve) => {
          const frame = document.createElement('iframe');
          frame.addEventListener('load', resolve, { once: true });
          // An empty one gets no preload script; this one has our origin too.
          frame.srcdoc = '<p>evil</p>';
          document.body.append(frame);
        })`);
      }
      const sent: { from: string; outcomes: string[] }[] = [];
      for (const frame of window.webContents.mainFrame.framesInSubtree) {
        if (inFrames && frame === window.webContents.mainFrame) continue;
        const outcomes = await frame.executeJavaScript(`Promise.all(${JSON.stringify(names)}.map((name) => raw.invoke(name, name === 'backend:command' ? ['RESTART'] : [])))`) as string[];
        sent.push({ from: `${frame.url} of ${frame.origin}`, outcomes });
      }
      return sent;
    } finally {
      window.destroy();
    }
  }, [RAW_PRELOAD, url, frames, [...CHANNELS, 'backend:kill']] as const);
  const refused = (name: string): unknown => expect.stringContaining(name === 'backend:kill' ? 'No handler registered' : `${name}: the sender is not a page of this app`);
  const allRefused = [...CHANNELS, 'backend:kill'].map(refused);

  test('a page of another origin gets no answer on any channel', async () => {
    const { port: other } = await serve((socket) => { socket.end(reply(200, '<p>evil</p>', 'content-type: text/html\r\n')); });
    // The session lets no window near the network, so these pages come another way.
    for (const url of ['data:text/html,<p>evil</p>', `file://${path.join(ROOT, 'tests/fixtures/empty-window/index.html')}`]) {
      const [sent] = await attack(url, false);
      expect(sent?.outcomes).toEqual(allRefused);
    }
    await expect(attack(`http://127.0.0.1:${other}/`, false)).rejects.toThrow('ERR_BLOCKED_BY_CLIENT');
    await untouched();
  });

  test('a frame in our own page, of our own origin, gets none either', async () => {
    const [sent, ...more] = await attack('app://bundle/index.html', true);
    expect(more).toEqual([]);
    expect(sent?.from).toMatch(/^about:srcdoc of /);
    expect(sent?.outcomes).toEqual(allRefused);
    await untouched();
  });

  test('our page has no channel but the contract’s, and what it just sends is not heard', async () => {
    const outcome = await running.app.evaluate(async ({ BrowserWindow }, preload) => {
      const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } });
      try {
        await window.loadURL('app://bundle/index.html');
        return await window.webContents.executeJavaScript("raw.send('backend:command', ['RESTART']); Promise.all([raw.invoke('backend:kill', []), raw.invoke('backend:command', ['SELF_DESTRUCT']), raw.invoke('app:info', [])])") as string[];
      } finally {
        window.destroy();
      }
    }, RAW_PRELOAD);
    expect(outcome).toEqual([expect.stringContaining('No handler registered'), expect.stringContaining('backend:command: argument 0: allowed is'), 'accepted']);
    await untouched();
  });
});

describe('Towards Secure IPC validation: a browser beside the app', () => {
  let browser: ForeignBrowser;
  let page: Page;
  beforeAll(async () => {
    browser = await openForeignBrowser(profile.folder, EVIL);
    page = browser.page;
  });
  afterAll(async () => { await browser.close(); });

  /** All that a page can try at this address; what it could read, did, or the word for what stopped it. */
  const attack = async (base: string): Promise<Record<string, unknown>> => await page.evaluate(async (url) => {
    const read = async (path: string, init: RequestInit = {}): Promise<string> => await fetch(`${url}${path}`, init)
      .then(async (answer) => (answer.type === 'opaque' ? 'unreadable' : `${answer.status}: ${((await answer.json()) as { code?: string }).code ?? 'read'}`), () => 'stopped');
    const first = async (made: EventTarget, good: string): Promise<string> => await new Promise((resolve) => {
      made.addEventListener(good, () => { resolve(good); });
      made.addEventListener('error', () => { resolve('stopped'); });
    });
    const element = async (tag: string, properties: object): Promise<string> => {
      const made = Object.assign(document.createElement(tag), properties);
      const outcome = first(made, 'load');
      document.body.append(made);
      return await outcome;
    };
    const text = { 'content-type': 'text/plain' };
    const outcomes = {
      health: await read('/health'),
      documents: await read('/api/documents'),
      guessed: await read('/api/documents', { headers: { authorization: `Bearer ${'0'.repeat(64)}` } }),
      simplePost: await read('/api/shutdown', { method: 'POST', mode: 'no-cors', headers: text, body: 'x' }),
      json: await read('/api/shutdown', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
      erase: await read('/api/documents/1', { method: 'DELETE' }),
      socket: await first(new WebSocket(`${url.replace('http', 'ws')}/api/events`), 'open'),
      stream: await first(new EventSource(`${url}/api/events`), 'open'),
      image: await element('img', { src: `${url}/health` }),
    };
    const upload = new FormData();
    upload.append('file', new File(['%PDF-1.7'], 'evil.pdf', { type: 'application/pdf' }));
    navigator.sendBeacon(`${url}/api/documents`, upload);
    navigator.sendBeacon(`${url}/api/shutdown`, 'x');
    return outcomes;
  }, base);
  /** A form needs no permission to be sent; where it leads is read from the page that it leads to. */
  const submit = async (action: string): Promise<string> => {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url() === action),
      page.evaluate((url) => {
        const form = Object.assign(document.createElement('form'), { action: url, method: 'post', enctype: 'text/plain' });
        document.body.append(form);
        form.submit();
      }, action),
    ]);
    return `${answer.status()}`;
  };

  test('on another origin it reads nothing, ends nothing and adds nothing', async () => {
    const { port: other } = await serve((socket) => { socket.end(reply(200, '<!doctype html><body>evil', 'content-type: text/html\r\n')); });
    await page.goto(`http://127.0.0.1:${other}/`);
    expect(await attack(`http://127.0.0.1:${port}`)).toEqual({
      health: 'stopped', documents: 'stopped', guessed: 'stopped', simplePost: 'unreadable', json: 'stopped', erase: 'stopped', socket: 'stopped', stream: 'stopped', image: 'stopped',
    });
    expect(await submit(`http://127.0.0.1:${port}/api/shutdown`)).toBe('403');
    await untouched();
  });

  test('under a name that leads to this computer it is let near nothing, its own origin or not', async () => {
    const entry = await page.goto(`http://${EVIL}:${port}/health`);
    expect([entry?.status(), await entry?.json()]).toEqual([403, expect.objectContaining({ code: 'host' })]);
    // To the browser these are requests of the same origin, so all answers can be read.
    expect(await attack(`http://${EVIL}:${port}`)).toEqual({
      health: '403: host', documents: '403: host', guessed: '403: host', simplePost: '403: host', json: '403: host', erase: '403: host', socket: 'stopped', stream: 'stopped', image: 'stopped',
    });
    expect(await submit(`http://${EVIL}:${port}/api/shutdown`)).toBe('403');
    await untouched();
  });
});
