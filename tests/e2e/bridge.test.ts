/** The bridge in the real window: url, status events, reload; and what a page must not have. */
import { launchApp, temporaryFolder, type RunningApp } from '../support/app';

const { folder, remove } = temporaryFolder();
let running: RunningApp;
beforeAll(async () => {
  running = await launchApp(folder);
  await running.untilState('healthy');
});
afterAll(async () => {
  await running.close();
  remove();
});

test('Scenario: Renderer gets backend URL: getApiUrl gives the running port, and requests to it work', async () => {
  const url = await running.page.evaluate(async () => await window.electronAPI.getApiUrl());
  const { port } = await running.status();
  expect(port).toBeGreaterThanOrEqual(8_000);
  expect(port).toBeLessThanOrEqual(9_000);
  expect(url).toBe(`http://127.0.0.1:${port}`);
  const answer = await running.page.evaluate(async (base) => {
    const response = await fetch(`${base}/api/documents`);
    return { status: response.status, body: (await response.json()) as unknown };
  }, url);
  expect(answer).toEqual({ status: 200, body: { documents: [] } });
});

test('a WebSocket at the same url works', async () => {
  const first = await running.page.evaluate(async () => await new Promise<string>((resolve, reject) => {
    void window.electronAPI.getApiUrl().then((url) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`);
      socket.addEventListener('message', (event) => {
        resolve(String(event.data));
        socket.close();
      });
      socket.addEventListener('error', () => { reject(new Error('no connection')); });
    });
  }));
  expect(JSON.parse(first)).toEqual({ type: 'documents', documents: [] });
});

test('Scenario: Backend status events: the current status comes at once, each change later, none after unsubscribing', async () => {
  const { page } = running;
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard, unsubscribe: window.electronAPI.onBackendStatus((status) => { heard.push(`${status.seq}:${status.state}`); }) });
  });
  const { seq, generation } = await running.status();
  await page.evaluate(async () => { await window.electronAPI.sendBackendCommand('RESTART'); });
  await running.untilState('healthy', generation + 1);
  const heard = await page.evaluate(() => [...(window as unknown as { heard: string[] }).heard]);
  expect(heard[0]).toBe(`${seq}:healthy`);
  expect(heard.at(-1)).toContain(':healthy');
  const seqs = heard.map((entry) => Number(entry.split(':')[0]));
  expect(seqs).toEqual(seqs.map((_, index) => seq + index));
  await page.evaluate(() => { (window as unknown as { unsubscribe: () => void }).unsubscribe(); });
  await page.evaluate(async () => { await window.electronAPI.sendBackendCommand('RESTART'); });
  await running.untilState('healthy', generation + 2);
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard.length)).toBe(heard.length);
});

test('a reload leaves the backend alone and gets the current status at once', async () => {
  const before = await running.status();
  await running.page.reload();
  const after = await running.status();
  expect(after).toMatchObject({ state: 'healthy', pid: before.pid, generation: before.generation });
  await running.page.getByText('Ready', { exact: true }).first().waitFor();
});

test('the page has no Node, no token, and stays where it is', async () => {
  const { page } = running;
  expect(await page.evaluate(() => [typeof require, typeof process, typeof module])).toEqual(['undefined', 'undefined', 'undefined']);
  expect((await page.evaluate(() => Object.keys(window.electronAPI))).toSorted()).toEqual([
    'findInLog', 'finishSelfTest', 'forgetSecret', 'getApiUrl', 'getAppInfo', 'getPortHolders', 'getSelfTestJob', 'keepSecret', 'listLogs',
    'onBackendStatus', 'onLogTrouble', 'onNotice', 'onShowPanel', 'openDownloadPage', 'openLogFolder', 'previewDiagnostics', 'readDiagnostics', 'readLog',
    'saveDiagnostics', 'saveFile', 'secretState', 'sendBackendCommand',
  ]);
  const violations = page.evaluate(async () => await new Promise<string>((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => { resolve(event.violatedDirective); }, { once: true });
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
  }));
  expect(await violations).toContain('script-src');
  await page.evaluate(() => { window.location.href = 'https://example.com/'; });
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
  expect(page.url()).toMatch(/^app:\/\/bundle\//);
  expect(running.app.windows()).toHaveLength(1);
});

test('Scenario: Secure IPC validation: a malformed message is rejected, names the field and has no effect', async () => {
  const before = await running.status();
  const message = await running.page.evaluate(async () =>
    await window.electronAPI.sendBackendCommand('SELF_DESTRUCT' as 'RETRY').then(() => 'accepted', (error: unknown) => String(error)));
  expect(message).toContain('backend:command');
  expect(message).not.toContain('SELF_DESTRUCT');
  expect(await running.status()).toEqual(before);
});

test('another port of this computer is out of the page’s reach', async () => {
  const { port } = await running.status();
  const outcome = await running.page.evaluate(async (other) => await fetch(`http://127.0.0.1:${other}/`).then(() => 'answered', () => 'cancelled'), (port ?? 0) + 1);
  expect(outcome).toBe('cancelled');
});
