/** Hole: the session gives the token, or a way out to the network, to a request that does not go to the running backend. */
import type { Session } from 'electron';
import { setupSession } from '../../main/window/session';

const ACCESS = { port: 8_437, token: 'canary-token' };
type Listener = (details: object, callback: (answer: Record<string, unknown>) => void) => void;

/** Electron's session as far as it is used, with what was registered. */
function session(access: typeof ACCESS | null) {
  const listeners: Record<string, Listener> = {};
  const filters: unknown[] = [];
  let request: ((...args: unknown[]) => void) | undefined;
  let check: ((...args: unknown[]) => boolean) | undefined;
  const hear = (name: string) => (filter: unknown, listener: Listener): void => {
    filters.push(filter);
    listeners[name] = listener;
  };
  const made = {
    webRequest: { onBeforeRequest: hear('before'), onBeforeSendHeaders: hear('send'), onHeadersReceived: hear('received') },
    setProxy: async (config: object) => { filters.push(config); },
    setPermissionRequestHandler: (handler: typeof request) => { request = handler; },
    setPermissionCheckHandler: (handler: typeof check) => { check = handler; },
  };
  setupSession(made as unknown as Session, () => access, (path) => (path === '/api/model/check' ? { 'x-model-key': 'canary-key' } : {}));
  const ask = (name: string, details: object): Record<string, unknown> => {
    let answer: Record<string, unknown> | undefined;
    listeners[name]?.(details, (given) => { answer = given; });
    if (answer === undefined) throw new Error(`${name} was not answered`);
    return answer;
  };
  return {
    made, filters, ask,
    mayRequest: (permission: string, { url = 'app://bundle/index.html', isMainFrame = true, from = made }: { url?: string; isMainFrame?: boolean; from?: object } = {}): boolean => {
      let allowed = false;
      request?.({ session: from }, permission, (given: boolean) => { allowed = given; }, { requestingUrl: url, isMainFrame });
      return allowed;
    },
    mayCheck: (permission: string, origin = 'app://bundle'): boolean => check?.(null, permission, origin) ?? true,
  };
}

test.each([
  ['http://127.0.0.1:8437/api/documents', { Authorization: 'Bearer canary-token' }],
  // Of these the page's process is told all headers but the cookies.
  ['ws://127.0.0.1:8437/api/events', { Cookie: 'pocketmusec_token=canary-token' }],
])('%s goes through, with the token', (url, bearing) => {
  const { ask } = session(ACCESS);
  expect(ask('before', { url })).toEqual({ cancel: false });
  expect(ask('send', { url, requestHeaders: { accept: '*/*' } })).toEqual({ requestHeaders: { accept: '*/*', ...bearing } });
});

test.each([
  ['another port', 'http://127.0.0.1:8438/'], ['the usual port', 'http://127.0.0.1/'], ['a port that begins the same', 'http://127.0.0.1:843/'],
  ['another port, by WebSocket', 'ws://127.0.0.1:8438/'], ['another name of this computer', 'http://localhost:8437/'], ['another address of this computer', 'http://127.0.0.2:8437/'],
  ['version 6', 'http://[::1]:8437/'], ['version 6 in disguise', 'http://[::ffff:127.0.0.1]:8437/'], ['all addresses', 'http://0.0.0.0:8437/'], ['a name that begins the same', 'http://127.0.0.1.evil.example:8437/'],
  ['our address for a user', 'http://127.0.0.1:8437@evil.example/'], ['another scheme', 'https://127.0.0.1:8437/'], ['another scheme, by WebSocket', 'wss://127.0.0.1:8437/'],
  ['the network', 'https://evil.example/'], ['the network, by WebSocket', 'wss://evil.example/'], ['the network, at our port', 'http://evil.example:8437/'],
])('%s is cancelled and gets no token', (_what, url) => {
  const { ask } = session(ACCESS);
  expect(ask('before', { url })).toEqual({ cancel: true });
  // The second line, should the first one be passed by.
  expect(ask('send', { url, requestHeaders: {} })).toEqual({ cancel: true });
});

test('the key that a path is named for goes to that path of the backend alone, and not ahead of it', () => {
  const { ask } = session(ACCESS);
  const sent = (url: string, method = 'POST'): unknown => ask('send', { url, method, requestHeaders: {} })['requestHeaders'];
  expect(sent('http://127.0.0.1:8437/api/model/check')).toHaveProperty('x-model-key', 'canary-key');
  expect(sent('http://127.0.0.1:8437/api/model/check', 'OPTIONS')).not.toHaveProperty('x-model-key');
  expect(sent('http://127.0.0.1:8437/api/model')).not.toHaveProperty('x-model-key');
  // Of a handshake the page's process is told all headers but the cookies.
  expect(sent('ws://127.0.0.1:8437/api/model/check', 'GET')).not.toHaveProperty('x-model-key');
  expect(ask('send', { url: 'http://127.0.0.1:8438/api/model/check', method: 'POST', requestHeaders: {} })).toEqual({ cancel: true });
});

test('before a backend has proved itself, and after it went, everything is cancelled', () => {
  const { ask } = session(null);
  for (const url of ['http://127.0.0.1:8437/', 'ws://127.0.0.1:8437/', 'https://evil.example/']) {
    expect([ask('before', { url }), ask('send', { url, requestHeaders: {} })]).toEqual([{ cancel: true }, { cancel: true }]);
  }
});

test('all that goes over a network is looked at', () => {
  const { filters } = session(ACCESS);
  const all = { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'] };
  // And what is not looked at, beyond this computer, goes to a proxy that is not there.
  expect(filters).toEqual([{ proxyRules: 'http://127.0.0.1:9' }, all, all, all]);
});

test('answers may be read by our origin alone, and never carry the token', () => {
  const { ask } = session(ACCESS);
  const answer = ask('received', { method: 'GET', statusCode: 200, responseHeaders: { 'Access-Control-Allow-Origin': ['*'], 'content-type': ['application/json'] } });
  expect(answer['responseHeaders']).toMatchObject({ 'Access-Control-Allow-Origin': ['app://bundle'] });
  expect(JSON.stringify(answer)).not.toMatch(/canary|Allow-Credentials/i);
});

test('an answer that allows another origin in any spelling is overruled', () => {
  const { ask } = session(ACCESS);
  const { responseHeaders } = ask('received', { method: 'GET', statusCode: 200, responseHeaders: { 'access-control-allow-origin': ['*'], 'Access-control-allow-credentials': ['true'] } });
  const named = Object.entries(responseHeaders as object).filter(([name]) => /^access-control-allow-(origin|credentials)$/i.test(name));
  expect(named).toEqual([['Access-Control-Allow-Origin', ['app://bundle']]]);
});

test.each(['geolocation', 'media', 'camera', 'microphone', 'notifications', 'midi', 'midiSysex', 'clipboard-read', 'fullscreen', 'pointerLock', 'openExternal',
  'display-capture', 'hid', 'serial', 'usb', 'idle-detection', 'storage-access', 'window-management', 'fileSystem', 'unknown'])('%s is denied to our page', (permission) => {
  const { mayRequest, mayCheck } = session(ACCESS);
  expect([mayRequest(permission), mayCheck(permission)]).toEqual([false, false]);
});

test.each(['local-network-access', 'loopback-network'])('%s is for the main frame of our page alone', (permission) => {
  const { mayRequest, mayCheck } = session(ACCESS);
  expect([mayRequest(permission), mayCheck(permission), mayCheck(permission, 'app://bundle/')]).toEqual([true, true, true]);
  expect([
    mayRequest(permission, { isMainFrame: false }), mayRequest(permission, { url: 'https://evil.example/' }), mayRequest(permission, { url: 'app://bundle.evil/' }),
    mayRequest(permission, { from: {} }), mayCheck(permission, 'https://evil.example'), mayCheck(permission, 'app://bundle.evil'), mayCheck(permission, 'null'),
  ]).toEqual(Array.from({ length: 7 }, () => false));
});
