/** Keeps what was typed in the page's own storage until the backend has it: a crash of either loses nothing. */
import * as v from 'valibot';
import { readContent, type Content } from './wire';

export interface Unsent {
  readonly content: Content;
  readonly baseVersion: number;
}
export interface UnsentDrafts {
  readonly read: (id: string) => Unsent | null;
  readonly write: (id: string, unsent: Unsent) => void;
  readonly clear: (id: string) => void;
}

const keyOf = (id: string): string => `unsent-draft-${id}`;
const shape = v.object({ content: v.unknown(), baseVersion: v.number() });

export function createUnsentDrafts(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = localStorage): UnsentDrafts {
  return {
    read: (id) => {
      try {
        const kept = v.parse(shape, JSON.parse(storage.getItem(keyOf(id)) ?? ''));
        const content = readContent(kept.content);
        return content === null ? null : { content, baseVersion: kept.baseVersion };
      } catch {
        return null;
      }
    },
    write: (id, unsent) => {
      try {
        storage.setItem(keyOf(id), JSON.stringify(unsent));
      } catch {
        // Full: the draft is still in the page, and on its way to the backend.
      }
    },
    clear: (id) => storage.removeItem(keyOf(id)),
  };
}
