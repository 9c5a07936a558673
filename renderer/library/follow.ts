/** Asks the search anew whenever what it searches in has changed. */
import type { Documents, LibraryState } from './documents';
import type { Search } from './search';

/** Progress and failed imports change no result, so they do not count. */
const contentOf = ({ documents }: LibraryState): string =>
  documents.filter(({ state }) => state === 'imported').map(({ id, added_at }) => `${id} ${added_at}`).join(',');

export function keepSearchFresh(documents: Documents, search: Search): () => void {
  let seen: string | null = null;
  const look = (): void => {
    const now = documents.state.get();
    if (!now.loaded) return;
    const content = contentOf(now);
    if (content === seen) return;
    seen = content;
    search.refresh();
  };
  const unsubscribe = documents.state.subscribe(look);
  look();
  return unsubscribe;
}
