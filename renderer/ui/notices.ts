/** Short messages that show themselves for a while, each once. */
import { createStore, type Readable } from '../store';

export interface Notice {
  readonly id: number;
  readonly text: string;
}
export interface Notices {
  readonly list: Readable<readonly Notice[]>;
  readonly show: (text: string) => void;
  readonly close: (id: number) => void;
}

const SHOWN_MS = 6000;
const MOST_AT_ONCE = 3;

export function createNotices(): Notices {
  const list = createStore<readonly Notice[]>([]);
  let lastId = 0;
  const close = (id: number): void => list.update((old) => old.filter((notice) => notice.id !== id));
  return {
    list,
    close,
    show: (text) => {
      const id = (lastId += 1);
      list.update((old) => [...old, { id, text }].slice(-MOST_AT_ONCE));
      setTimeout(() => close(id), SHOWN_MS);
    },
  };
}
