/** Search, filters and what they find. */
import { useEffect, useRef, type ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { Filters } from './filters';
import { NoStandards, NothingFound } from './nothing';
import { Results } from './results';
import type { Question, SearchState } from './search';
import { SearchBox } from './searchBox';

/** `isBeforeFirst`: no document is imported yet, so there is nothing to search in. */
export function SearchPane({ isBeforeFirst }: { readonly isBeforeFirst: boolean }): ReactElement {
  const { search } = useServices();
  const state = useStore(search.state);
  const body = useRef<HTMLDivElement>(null);
  const { answered } = state;
  // Without a question nothing is "not found": the first import has just ended, and its standards are on their way.
  const isEmpty = state.total === 0 && (isBeforeFirst || (answered !== null && !isAsking(answered)));
  useEffect(() => {
    // Another question is read from its first answer; the same one, asked again after an import, stays where it is.
    if (answered !== null && body.current) body.current.scrollTop = 0;
  }, [answered]);
  return (
    <section className="search" aria-label={strings.library}>
      <div className="search-head">
        {!(isEmpty && isBeforeFirst) && (
          <>
            <SearchBox />
            <Filters />
          </>
        )}
        {/* Here from the start, so that each new count is read out. */}
        <p className="count" aria-live="polite">{isEmpty ? '' : countText(state)}</p>
      </div>
      <div ref={body} className="search-body" aria-busy={state.busy}>
        {state.failed && (
          <div className="search-failed">
            <p>{strings.searchFailed}</p>
            <Button small onPress={search.refresh}>{strings.tryAgain}</Button>
          </div>
        )}
        {isEmpty && <NoStandards />}
        {!isEmpty && state.total > 0 && <Results state={state} />}
        {!isEmpty && answered !== null && state.total === 0 && <NothingFound state={state} />}
      </div>
    </section>
  );
}

function countText({ answered, total }: SearchState): string {
  if (answered === null) return strings.searching;
  const q = answered.q.trim();
  if (q !== '') return strings.hitsFor(total, q);
  return isAsking(answered) ? strings.hits(total) : strings.all(total);
}

function isAsking({ q, grade, strand, kind }: Question): boolean {
  return q.trim() !== '' || grade !== '' || strand !== '' || kind !== '';
}
