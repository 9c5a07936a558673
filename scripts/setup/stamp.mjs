/** Stamps: small files that say from which inputs something was made, so that it is made again only when they change. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** A hash over texts and over the content of files; a missing file counts as such. @param {{ texts?: readonly string[], files?: readonly string[] }} inputs */
export function fingerprint({ texts = [], files = [] }) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  for (const file of files) {
    hash.update(`${path.basename(file)}:`);
    hash.update(fs.existsSync(file) ? fs.readFileSync(file) : '(none)');
  }
  return hash.digest('hex');
}

/** @param {string} stamp @param {string} value */
export function isStamped(stamp, value) {
  try {
    return fs.readFileSync(stamp, 'utf8') === value;
  } catch {
    return false;
  }
}

/** Written under another name first, so that a stamp is there whole or not at all. @param {string} stamp @param {string} value */
export function writeStamp(stamp, value) {
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  const half = `${stamp}.${process.pid}`;
  fs.writeFileSync(half, value);
  fs.renameSync(half, stamp);
}
