/** What is searched for and what was found; the newest question wins, however late an older one is answered. */
import type { Client } from '../backend/client';
import { isAbort } from '../backend/problem';
import type { Hit, SearchAnswer } from '../backend/wire';
import { createStore, type Readable } from '../store';

export interface Question {
  readonly q: string;
  readonly grade: string;
  readonly strand: string;
  readonly kind: '' | Hit['kind'];
}
export interface SearchState {
  /** What the fields show. */
  readonly question: Question;
  /** What `hits` answers; null before the first answer. */
  readonly answered: Question | null;
  readonly hits: readonly Hit[];
  readonly total: number;
  readonly grades: readonly string[];
  readonly strands: SearchAnswer['strands'];
  readonly busy: boolean;
  readonly failed: boolean;
}
export interface Search {
  readonly state: Readable<SearchState>;
  /** Typing: asked after a short rest. */
  readonly type: (q: string) => void;
  /** A filter, or a click that clears: asked at once. */
  readonly choose: (change: Partial<Question>) => void;
  readonly more: () => Promise<void>;
  /** The library has changed, or the last try failed: the same question again. */
  readonly refresh: () => void;
}

export const NO_QUESTION: Question = { q: '', grade: '', strand: '', kind: '' };
export const PAGE_SIZE = 20;
const REST_MS = 120;
/** What the backend gives at most in one answer. */
const LARGEST_PAGE = 100;

export function createSearch(client: Client): Search {
  const state = createStore<SearchState>({
    question: NO_QUESTION, answered: null, hits: [], total: 0, grades: [], strands: [], busy: false, failed: false,
  });
  const patch = (change: Partial<SearchState>): void => state.update((old) => ({ ...old, ...change }));
  let running: AbortController | null = null;
  let rest: ReturnType<typeof setTimeout> | undefined;

  async function ask(offset: number, limit: number): Promise<void> {
    clearTimeout(rest);
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const { question } = state.get();
    patch({ busy: true, failed: false });
    try {
      const answer = await client.search({ ...question, q: question.q.trim(), limit, offset }, mine.signal);
      // An answer may already be on its way when its question is taken back.
      if (mine.signal.aborted) return;
      const hits = offset === 0 ? answer.hits : [...state.get().hits, ...answer.hits];
      patch({ ...answer, hits, answered: question, busy: false });
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      patch({ busy: false, failed: true });
    }
  }

  return {
    state,
    type: (q) => {
      patch({ question: { ...state.get().question, q } });
      clearTimeout(rest);
      rest = setTimeout(() => void ask(0, PAGE_SIZE), REST_MS);
    },
    choose: (change) => {
      patch({ question: { ...state.get().question, ...change } });
      void ask(0, PAGE_SIZE);
    },
    more: () => ask(state.get().hits.length, PAGE_SIZE),
    refresh: () => {
      // As many as are on the screen, so that the list does not jump under the reader.
      void ask(0, Math.min(LARGEST_PAGE, Math.max(PAGE_SIZE, state.get().hits.length)));
    },
  };
}
