/** Hole: a page reads files outside the folder of the built pages, by dots, links or other ways to write a path. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONTENT_SECURITY_POLICY, serveFolder } from '../../main/window/assets';
import { removeFolders, temporaryFolder } from '../support/folders';

let get: (url: string) => Promise<Response>;

beforeEach(() => {
  const folder = temporaryFolder();
  const bundle = path.join(folder, 'bundle');
  mkdirSync(path.join(bundle, 'assets'), { recursive: true });
  mkdirSync(`${bundle}-evil`);
  for (const name of ['bundle/index.html', 'bundle/assets/a b.js', 'bundle/notes.txt', 'secret.html', 'bundle-evil/x.html', 'bundle/back\\slash.html']) writeFileSync(path.join(folder, name), name);
  symlinkSync(path.join(folder, 'secret.html'), path.join(bundle, 'link.html'));
  symlinkSync(folder, path.join(bundle, 'up'));
  symlinkSync('loop.html', path.join(bundle, 'loop.html'));
  symlinkSync('index.html', path.join(bundle, 'inside.html'));
  const serve = serveFolder(bundle);
  get = async (url) => await serve({ url } as Request);
});
afterEach(removeFolders);

test.each([
  ['app://bundle/', 'bundle/index.html', 'text/html; charset=utf-8'],
  ['app://bundle/index.html?x#y', 'bundle/index.html', 'text/html; charset=utf-8'],
  ['app://bundle/assets/a%20b.js', 'bundle/assets/a b.js', 'text/javascript; charset=utf-8'],
  ['app://bundle/inside.html', 'bundle/index.html', 'text/html; charset=utf-8'],
])('%s is served', async (url, body, type) => {
  const response = await get(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toBe(body);
});

test('every answer carries the policy, which allows no inline script and no other origin', async () => {
  const { headers } = await get('app://bundle/');
  expect(headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none'; /);
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*(?!;|$| ws:)|https?:\/\/(?!127\.0\.0\.1:\*)|data:|blob:/);
});

test.each([
  'app://bundle/missing.html', 'app://bundle/notes.txt', 'app://bundle/assets', 'app://bundle/assets/',
  'app://bundle/../secret.html', 'app://bundle/%2e%2e/secret.html', 'app://bundle/assets/..%2f..%2fsecret.html', 'app://bundle/..%2fsecret.html',
  'app://bundle/..%5csecret.html', 'app://bundle/assets\\..\\index.html', 'app://bundle/assets%5c..%5cindex.html', 'app://bundle/back%5cslash.html',
  'app://bundle/index.html%00.html', 'app://bundle/index%00.html', 'app://bundle/%', 'app://bundle/%ff',
  'app://bundle/link.html', 'app://bundle/up/secret.html', 'app://bundle/loop.html',
  'app://bundle/../bundle-evil/x.html', 'app://bundle/..%2fbundle-evil%2fx.html', 'app://bundle-evil/x.html', 'app://other/index.html', 'file:///etc/passwd', 'nonsense',
])('%s does not exist', async (url) => {
  const response = await get(url);
  expect([response.status, await response.text()]).toEqual([404, 'Not found']);
});
