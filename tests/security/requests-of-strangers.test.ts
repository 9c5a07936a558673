/** Hole: another program or a web page uses the backend. Real requests to the real backend under the real supervisor, in every mix. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import { readBackendSpec } from '../../main/backend/spec';
import { PORTS, PRODUCT_SPEC, supervise, type Bench } from '../support/supervise';
import { childrenOf } from '../support/processes';

let bench: Bench;
let port = 0;
let token = '';
let pid = -1;
beforeAll(async () => {
  bench = supervise({ ...readBackendSpec(PRODUCT_SPEC), ports: PORTS });
  bench.supervisor.send('START');
  const healthy = await bench.untilState('healthy');
  port = healthy.port ?? 0;
  token = bench.supervisor.access()?.token ?? '';
  pid = childrenOf(healthy.pid ?? -1)[0] ?? -1;
});
afterAll(async () => { await bench.close(); });

interface Answer { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
afterAll(() => { agent.destroy(); });
/** Headers as they are given, in their spelling and number, none added but the length. */
async function ask(method: string, path: string, headers: readonly (readonly [string, string])[], body = '', connections: http.Agent | false = agent): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const request = http.request({
      agent: connections, host: '127.0.0.1', port, method, path, setHost: false,
      headers: [...headers, ...(body === '' ? [] : [['Content-Length', String(body.length)] as const])].flat() as unknown as http.OutgoingHttpHeaders,
    }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }); });
    });
    request.on('error', reject);
    request.end(body);
  });
}

type Given = readonly { readonly what: string; readonly headers: () => readonly (readonly [string, string])[]; readonly fits: boolean }[];
const one = (name: string, what: string, value: () => string, fits = false): Given[number] => ({ what, fits, headers: () => [[name, value()]] });
const none = (fits = false): Given[number] => ({ what: 'none', fits, headers: () => [] });
const twice = (name: string, first: () => string, second: () => string): Given[number] => ({ what: 'twice', fits: false, headers: () => [[name, first()], [name, second()]] });

const HOSTS: Given = [
  one('Host', 'ours', () => `127.0.0.1:${port}`, true), one('Host', 'localhost', () => `localhost:${port}`, true),
  one('Host', 'foreign', () => 'evil.example'), one('Host', 'foreign, our port', () => `evil.example:${port}`), one('Host', 'no port', () => '127.0.0.1'),
  one('Host', 'begins like ours', () => `127.0.0.1:${port}.evil.example`), one('Host', 'another port', () => '127.0.0.1:1'), one('Host', 'version 6', () => `[::1]:${port}`),
];
const ORIGINS: Given = [
  none(true), one('Origin', 'ours', () => 'app://bundle', true), one('Origin', 'foreign', () => 'https://evil.example'), one('Origin', 'null', () => 'null'),
  one('Origin', 'the backend itself', () => `http://127.0.0.1:${port}`), one('Origin', 'begins like ours', () => 'app://bundle.evil'), twice('Origin', () => 'app://bundle', () => 'https://evil.example'),
];
const TOKENS: Given = [
  one('Authorization', 'ours', () => `Bearer ${token}`, true), none(), one('Authorization', 'empty', () => 'Bearer '), one('Authorization', 'of another generation', () => `Bearer ${'0'.repeat(64)}`),
  one('Authorization', 'a part', () => `Bearer ${token.slice(0, -1)}`), one('Authorization', 'another case', () => `Bearer ${token.toUpperCase()}`), one('Authorization', 'as a password', () => `Basic ${btoa(`:${token}`)}`),
];
const TYPES: Given = [
  one('Content-Type', 'JSON', () => 'application/json', true), none(), one('Content-Type', 'text', () => 'text/plain'), one('Content-Type', 'a form', () => 'application/x-www-form-urlencoded'),
  one('Content-Type', 'text that speaks of JSON', () => 'text/plain; application/json'),
];

test('Towards Secure IPC validation: of every mix of Host, Origin, token and content type only the app’s own comes in, and nothing else changes anything', async () => {
  let asked = 0;
  let came = 0;
  const wrong: string[] = [];
  for (const host of HOSTS) for (const origin of ORIGINS) for (const authorization of TOKENS) for (const type of TYPES) {
    const headers = [...host.headers(), ...origin.headers(), ...authorization.headers(), ...type.headers()];
    const { status, headers: answered, body } = await ask('POST', '/api/lessons', headers, '"x"');
    // The one that may come in gets as far as the route, which wants an object.
    const expected = !host.fits || !origin.fits ? 403 : !authorization.fits ? 401 : !type.fits ? 403 : 422;
    asked += 1;
    if (expected === 422) came += 1;
    const leaks = Object.keys(answered).some((name) => name.startsWith('access-control')) || body.includes(token) || (expected !== 422 && body.includes('"lessons"'));
    if (status !== expected || leaks) wrong.push(`${status}: Host ${host.what}, Origin ${origin.what}, token ${authorization.what}, type ${type.what}`);
  }
  expect(wrong).toEqual([]);
  expect([asked, came]).toEqual([HOSTS.length * ORIGINS.length * TOKENS.length * TYPES.length, 2 * 2]);
  expect(bench.supervisor.current()).toMatchObject({ state: 'healthy', generation: 1 });
});

test('every route is behind the token, and none answers another method', async () => {
  const openapi = await ask('GET', '/openapi.json', [['Host', `127.0.0.1:${port}`], ['Authorization', `Bearer ${token}`]]);
  const { paths } = JSON.parse(openapi.body) as { paths: Record<string, Record<string, unknown>> };
  const routes = Object.entries(paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), route.replaceAll(/\{\w+\}/g, '1')] as const));
  expect(routes.length).toBeGreaterThan(10);
  for (const [method, route] of routes) {
    const { status } = await ask(method, route, [['Host', `127.0.0.1:${port}`]]);
    expect([method, route, status]).toEqual([method, route, route === '/health' ? 200 : 401]);
  }
  for (const method of ['OPTIONS', 'TRACE', 'HEAD']) {
    expect((await ask(method, '/api/documents', [['Host', `127.0.0.1:${port}`], ['Origin', 'https://evil.example'], ['Access-Control-Request-Method', 'POST']])).status).toBe(403);
    expect((await ask(method, '/api/documents', [['Host', `127.0.0.1:${port}`], ['Authorization', `Bearer ${token}`]])).status).toBe(405);
  }
});

test('a web page’s simple POST to /api/shutdown ends nothing, also by a name that leads here', async () => {
  for (const [host, origin] of [[`127.0.0.1:${port}`, 'https://evil.example'], [`127.0.0.1:${port}`, 'null'], [`evil.example:${port}`, `http://evil.example:${port}`]] as const) {
    expect((await ask('POST', '/api/shutdown', [['Host', host], ['Origin', origin], ['Content-Type', 'text/plain']], 'x')).status).toBe(403);
  }
  expect((await ask('GET', '/health', [['Host', `127.0.0.1:${port}`]])).status).toBe(200);
  expect(bench.supervisor.current()).toMatchObject({ state: 'healthy', generation: 1, crashes: 0 });
});

test('an upgrade to a WebSocket is held to the same', async () => {
  const upgrade = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==']] as const;
  const ours = ['Host', `127.0.0.1:${port}`] as const;
  const bearer = ['Authorization', `Bearer ${token}`] as const;
  // A refused upgrade closes its connection.
  const connect = async (...headers: readonly (readonly [string, string])[]): Promise<number> => (await ask('GET', '/api/events', [...headers, ...upgrade], '', false)).status;
  expect(await connect(ours)).toBe(401);
  expect(await connect(ours, ['Authorization', `Bearer ${token}x`])).toBe(401);
  expect(await connect(ours, ['Cookie', `pocketmusec_token=${token}x`])).toBe(401);
  expect(await connect(ours, ['Cookie', `pocketmusec_token=${token}`], ['Origin', 'https://evil.example'])).toBe(403);
  expect(await connect(ours, bearer, ['Origin', 'https://evil.example'])).toBe(403);
  expect(await connect(['Host', `evil.example:${port}`], bearer)).toBe(403);
});

test('the system knows it at 127.0.0.1 and at no other address', () => {
  const sockets = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  }));
  // Read here and not by the app's own code: state 0A is listening, addresses are in hexadecimal, the lowest byte first.
  const listening = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'latin1').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/)))
    .filter((fields) => fields[3] === '0A' && sockets.has(fields[9] ?? '')).map((fields) => fields[1]);
  expect(listening).toEqual([`0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`]);
});
