/** Hole: the app is made to open something else than the product's pages in a browser, or another program. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { allowedLink, createLinks, LinkError } from '../../main/links';
import { EXTERNAL_HOSTS } from '../../main/product';

const mockOpen = jest.fn<Promise<void>, [string]>(async () => {});
jest.mock('electron', () => ({ shell: { openExternal: async (href: string) => { await mockOpen(href); } } }));

const HOSTS = ['pocketmusec.app', 'docs.pocketmusec.app'];
const outcome = (link: string): string => {
  try {
    return allowedLink(link, HOSTS);
  } catch (error) {
    if (error instanceof LinkError) return 'refused';
    throw error;
  }
};

test.each([
  ['https://pocketmusec.app', 'https://pocketmusec.app/'],
  ['https://pocketmusec.app/download', 'https://pocketmusec.app/download'],
  ['https://docs.pocketmusec.app/a?b=c@d:e#f', 'https://docs.pocketmusec.app/a?b=c@d:e#f'],
  ['https://pocketmusec.app/a/../b', 'https://pocketmusec.app/b'],
])('Towards Secure IPC validation: %s is opened as %s', (link, opened) => {
  expect(outcome(link)).toBe(opened);
});

test.each([
  ['another scheme', 'http://pocketmusec.app/'], ['another scheme', 'file:///etc/passwd'], ['a script', 'javascript:alert(1)//pocketmusec.app'],
  ['a program', 'ms-msdt:/id'], ['a share', 'smb://pocketmusec.app/x'], ['no scheme', '//pocketmusec.app/'], ['one slash', 'https:/pocketmusec.app/'],
  ['no slash', 'https:pocketmusec.app'], ['three slashes', 'https:///pocketmusec.app/'], ['upper case', 'HTTPS://POCKETMUSEC.APP/'],
  ['a foreign host', 'https://evil.example/'], ['a host that begins the same', 'https://pocketmusec.app.evil.example/'],
  ['a host that ends the same', 'https://evilpocketmusec.app/'], ['a part of the host', 'https://app/'], ['a subdomain', 'https://www.pocketmusec.app/'],
  ['a dot at the end', 'https://pocketmusec.app./'], ['a user', 'https://pocketmusec.app@evil.example/'], ['a user before the host', 'https://me@pocketmusec.app/'],
  ['a user and a password', 'https://a:b@pocketmusec.app/'], ['a port', 'https://pocketmusec.app:8443/'], ['the usual port', 'https://pocketmusec.app:443/'],
  ['an empty port', 'https://pocketmusec.app:/'], ['punycode', 'https://xn--pocketmusec-9jb.app/'], ['a letter of another script', 'https://рocketmusec.app/'],
  ['full-width letters', 'https://ｐocketmusec.app/'], ['percent encoding', 'https://pocketmusec%2eapp/'], ['a backslash', 'https://pocketmusec.app\\@evil.example/'],
  ['a backslash in the path', 'https://pocketmusec.app/\\evil'], ['a backslash for a slash', 'https:\\\\pocketmusec.app/'],
  ['a line break', 'https://pocketmusec.app/\nx'], ['a tab inside', 'https://pocket\tmusec.app/'], ['NUL', 'https://pocketmusec.app/\0'], ['a space before', ' https://pocketmusec.app/'],
  ['a space after', 'https://pocketmusec.app/ '], ['a soft hyphen', 'https://pocket\u00ADmusec.app/'], ['nothing', ''], ['no host', 'https://'], ['too long', `https://pocketmusec.app/${'a'.repeat(2_048)}`],
])('%s is refused', (_what, link) => {
  expect(outcome(link)).toBe('refused');
});

test('whatever is put together: what is opened parses to a listed host over https, without user, password or port', () => {
  const piece = fc.constantFrom('https://', 'http://', 'https:', '/', '//', '\\', '@', ':', ':443', '.', '?', '#', '%2e', 'xn--', 'pocketmusec.app', 'docs.', 'evil.example', 'a', '\t', '\n', '\0', '\u3002', '[::1]');
  const link = fc.oneof(
    fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 6 }).map((pieces) => `https://pocketmusec.app${pieces.join('')}`),
  );
  let opened = 0;
  fc.assert(fc.property(link, (text) => {
    const href = outcome(text);
    if (href === 'refused') return;
    opened += 1;
    const { protocol, hostname, username, password, port } = new URL(href);
    expect([protocol, username, password, port]).toEqual(['https:', '', '', '']);
    expect(HOSTS).toContain(hostname);
    expect(new URL(text).href).toBe(href);
  }), { numRuns: 20_000 });
  expect(opened).toBeGreaterThan(500);
});

describe('the download page', () => {
  const log = { info: () => {}, warn: jest.fn(), error: () => {} };
  beforeEach(() => { jest.clearAllMocks(); });

  test('the product’s own may be opened, as it is parsed', async () => {
    const spec = JSON.parse(readFileSync(path.resolve(__dirname, '../../backend-spec/backend.json'), 'utf8')) as { downloadPage: string };
    expect(EXTERNAL_HOSTS).toEqual(['pocketmusec.app']);
    const links = createLinks(spec, log);
    await links.openDownloadPage();
    expect(mockOpen.mock.calls).toEqual([[new URL(spec.downloadPage).href]]);
    expect(links.downloadPage).toBe(new URL(spec.downloadPage).href);
  });

  test.each([{}, { downloadPage: 'https://evil.example/' }])('of a spec with %j is not opened', async (spec) => {
    const links = createLinks(spec, log);
    expect(links.downloadPage).toBeNull();
    await expect(links.openDownloadPage()).rejects.toThrow('no download page');
    expect(mockOpen).not.toHaveBeenCalled();
    expect(log.warn).toHaveBeenCalledTimes('downloadPage' in spec ? 1 : 0);
  });
});
