/** Serves the built pages over `app://bundle`, and nothing outside their folder. */
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

export const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://bundle`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** The window is there before a port is, so every port of loopback stands here; the session cancels all but the right one. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' http://127.0.0.1:*",
  "connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

const notFound = (): Response => new Response('Not found', { status: 404, headers: { 'content-type': 'text/plain' } });

/** A handler for `protocol.handle`. Whatever leaves the folder, also through a link, does not exist. */
export function serveFolder(folder: string): (request: Request) => Promise<Response> {
  return async ({ url }) => {
    try {
      const { host, pathname } = new URL(url);
      const relative = decodeURIComponent(pathname);
      if (host !== 'bundle' || relative.includes('\0') || relative.includes('\\')) return notFound();
      const root = await realpath(folder);
      const file = await realpath(path.join(root, relative === '/' ? 'index.html' : relative));
      const type = TYPES[path.extname(file)];
      if (!file.startsWith(root + path.sep) || type === undefined) return notFound();
      return new Response(new Uint8Array(await readFile(file)), {
        headers: { 'content-type': type, 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff' },
      });
    } catch {
      return notFound();
    }
  };
}
