/** The only way out to a browser: https, to a host of the product's list, spelled out plainly. */
import { shell } from 'electron';
import type { Log } from './backend/effects';
import type { BackendSpec } from './backend/spec';
import { EXTERNAL_HOSTS } from './product';

const MAX_LENGTH = 2_048;
const PLAIN = /^[!-~]*$/;

/** A link that may not be opened; the message says what is allowed. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/**
 * The link in the form that is to be opened. Throws LinkError. What stands between `https://` and the path has to be one of the hosts, letter by
 * letter: that leaves no room for a user, a port, punycode, or for another reading of the same text.
 */
export function allowedLink(link: string, hosts: readonly string[] = EXTERNAL_HOSTS): string {
  if (link.length > MAX_LENGTH) throw new LinkError(`A link was not opened: allowed are ${MAX_LENGTH} characters.`);
  if (!PLAIN.test(link) || link.includes('\\')) throw new LinkError('A link was not opened: allowed are plain characters, without spaces and backslashes.');
  const host = /^https:\/\/([^/?#]*)/.exec(link)?.[1];
  if (host === undefined) throw new LinkError('A link was not opened: allowed is what begins with https://.');
  if (!hosts.includes(host)) throw new LinkError(`A link was not opened: allowed hosts are ${hosts.join(', ')} (main/product.ts).`);
  return new URL(link).href;
}

export interface Links {
  /** The page that "Download Installer" leads to; null where the backend's spec names none, or one that may not be opened. */
  readonly downloadPage: string | null;
  /** Opens it in the browser. Rejects with LinkError where there is none. */
  readonly openDownloadPage: () => Promise<void>;
}

export function createLinks(spec: Pick<BackendSpec, 'downloadPage'>, log: Log): Links {
  let downloadPage: string | null = null;
  try {
    if (spec.downloadPage !== undefined) downloadPage = allowedLink(spec.downloadPage);
  } catch (error) {
    log.warn('the download page can not be offered', { downloadPage: spec.downloadPage, error: String(error) });
  }
  return {
    downloadPage,
    openDownloadPage: async () => {
      if (downloadPage === null) throw new LinkError('There is no download page: backend.json names none that may be opened.');
      await shell.openExternal(downloadPage);
    },
  };
}
