/** What the window shows of the diagnostics, and then saves: the same texts, letter by letter, since they are gathered once. */
import type { FileToSave, SavedFile } from '../../preload/contract';
import { zipOf, type Entry } from './collect';

/** The page shows so much of a part; all of it is in the file. */
const SHOWN_LENGTH = 200_000;

export interface DiagnosticsPreview {
  /** Gathers anew. */
  readonly preview: () => { name: string; bytes: number }[];
  /** The text of a part of the last preview. Throws where there is none of this name. */
  readonly read: (name: string) => string;
  readonly save: () => Promise<SavedFile>;
}

export function createDiagnosticsPreview(gather: () => Entry[], save: (file: FileToSave) => Promise<SavedFile>): DiagnosticsPreview {
  let entries: Entry[] = [];
  return {
    preview: () => {
      entries = gather();
      return entries.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) }));
    },
    read: (name) => {
      const entry = entries.find((each) => each.name === name);
      if (entry === undefined) throw new Error('There is no such part of the diagnostics.');
      const { text } = entry;
      return text.length > SHOWN_LENGTH ? `… ${text.length - SHOWN_LENGTH} characters before are in the file only\n${text.slice(-SHOWN_LENGTH)}` : text;
    },
    save: async () => await save({ name: `PocketMusec diagnostics ${new Date().toISOString().slice(0, 16).replace(':', '-')}.zip`, bytes: new Uint8Array(zipOf(entries)) }),
  };
}
