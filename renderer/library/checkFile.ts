/** Looks at a file before it is sent, so that what cannot work is said at once and costs no upload. */
import { Refused } from './refusal';

/** The backend's own limits. */
export const LARGEST_BYTES = 100 * 1024 * 1024;
const LARGEST_TEXT_BYTES = 20 * 1024 * 1024;
/** What can be added, for the file dialog and for people who drop files. A PDF is known by its content, text only by its name. */
const TEXT_ENDINGS = ['.csv', '.tsv', '.tab', '.txt', '.text', '.md'];
export const ACCEPTED = ['.pdf', 'application/pdf', ...TEXT_ENDINGS].join(',');
/** A PDF may have other bytes before its header, but not more than these. */
const HEADER_WITHIN_BYTES = 1024;

/** Throws `Refused` with the reason. */
export async function checkFile(file: File): Promise<void> {
  if (file.size > LARGEST_BYTES) throw new Refused('too-large');
  let head: ArrayBuffer;
  try {
    head = await file.slice(0, HEADER_WITHIN_BYTES).arrayBuffer();
  } catch {
    // A file that was moved or deleted since it was chosen cannot be read, whatever its size says.
    throw new Refused('file-gone');
  }
  if (file.size === 0) throw new Refused('empty-file');
  const text = String.fromCharCode(...new Uint8Array(head));
  if (text.includes('%PDF-')) return;
  if (!TEXT_ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending))) throw new Refused('not-a-pdf');
  if (file.size > LARGEST_TEXT_BYTES) throw new Refused('too-large-text');
}
