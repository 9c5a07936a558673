/** The session between page and network: only the running generation's port is there, with its token added and CORS answered here. */
import type { Session } from 'electron';
import type { Supervisor } from '../backend/supervisor';
import { ORIGIN } from './assets';

/** All that goes over a network. The pages themselves come over `app://`. */
const NETWORK = { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'] };
/** Made for the one request, and never in the session's store. The backend knows it by the same name (gate.py). */
const TOKEN_COOKIE = 'pocketmusec_token';
/** A proxy that nobody can be: what webRequest does not see (WebRTC, connections ahead of requests) goes there. Loopback goes round it by itself. */
const NOWHERE = { proxyRules: 'http://127.0.0.1:9' };
/** Newer Chromium asks before a page may reach loopback; our main frame may. */
const LOOPBACK_PERMISSIONS = new Set(['local-network-access', 'loopback-network']);

function isTheBackend(url: string, port: number): boolean {
  const { protocol, host } = new URL(url);
  return (protocol === 'http:' || protocol === 'ws:') && host === `127.0.0.1:${port}`;
}

/** The token as the request is to carry it. All headers of a WebSocket's handshake are told to the page's process by Chromium, but the cookies are not. */
function bearing(url: string, token: string): Record<string, string> {
  return url.startsWith('ws:') ? { Cookie: `${TOKEN_COOKIE}=${token}` } : { Authorization: `Bearer ${token}` };
}

/** The page holds no token, and the backend sends no CORS headers: both stand in this one place. */
export function setupSession(session: Session, access: Supervisor['access'], secretsFor: (path: string) => Record<string, string>): void {
  void session.setProxy(NOWHERE);
  session.webRequest.onBeforeRequest(NETWORK, ({ url }, callback) => {
    const allowed = access();
    callback({ cancel: allowed === null || !isTheBackend(url, allowed.port) });
  });
  session.webRequest.onBeforeSendHeaders(NETWORK, ({ url, method, requestHeaders }, callback) => {
    const allowed = access();
    if (allowed === null || !isTheBackend(url, allowed.port)) callback({ cancel: true });
    else {
      const { protocol, pathname } = new URL(url);
      // A WebSocket's headers are told to the page's process; a preflight carries nothing of anybody.
      const secrets = method === 'OPTIONS' || protocol === 'ws:' ? {} : secretsFor(pathname);
      callback({ requestHeaders: { ...requestHeaders, ...secrets, ...bearing(url, allowed.token) } });
    }
  });
  session.webRequest.onHeadersReceived(NETWORK, ({ method, responseHeaders, statusCode }, callback) => {
    const headers = {
      // In whatever spelling: twice the same header is none to Chromium, and a backend may not open itself to others.
      ...Object.fromEntries(Object.entries(responseHeaders ?? {}).filter(([name]) => !/^access-control-/i.test(name))),
      'Access-Control-Allow-Origin': [ORIGIN],
      'Access-Control-Allow-Methods': ['GET, POST, PUT, PATCH, DELETE'],
      'Access-Control-Allow-Headers': ['content-type'],
      'Access-Control-Expose-Headers': ['content-disposition'],
    };
    // A preflight says nothing about the request itself, which the backend checks; it knows no OPTIONS.
    if (method === 'OPTIONS') callback({ responseHeaders: headers, statusLine: 'HTTP/1.1 204 No Content' });
    else callback({ responseHeaders: headers, statusLine: `HTTP/1.1 ${statusCode}` });
  });
  session.setPermissionRequestHandler((contents, permission, callback, { requestingUrl, isMainFrame }) => {
    callback(LOOPBACK_PERMISSIONS.has(permission) && isMainFrame && requestingUrl.startsWith(`${ORIGIN}/`) && contents.session === session);
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => LOOPBACK_PERMISSIONS.has(permission) && origin.replace(/\/$/, '') === ORIGIN);
}
