/** Search, filters and what they find. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { Filters } from './filters';
import { NoStandards, NothingFound } from './nothing';
import { Results } from './results';
import { NO_QUESTION, type SearchState } from './search';
import { SearchBox } from './searchBox';

export function SearchPane({ hasStandards, isLoaded }: { readonly hasStandards: boolean; readonly isLoaded: boolean }): ReactElement {
  const { search } = useServices();
  const state = useStore(search.state);
  const isEmpty = isLoaded && !hasStandards && state.total === 0;
  return (
    <section className="search" aria-label={strings.library}>
      <div className="search-head">
        {!isEmpty && (
          <>
            <SearchBox />
            <Filters />
          </>
        )}
        {/* Here from the start, so that each new count is read out. */}
        <p className="count" aria-live="polite">{isEmpty ? '' : countText(state)}</p>
      </div>
      <div className="search-body" aria-busy={state.busy}>
        {state.failed && (
          <div className="search-failed">
            <p>{strings.searchFailed}</p>
            <Button small onPress={search.refresh}>{strings.tryAgain}</Button>
          </div>
        )}
        {isEmpty && <NoStandards />}
        {!isEmpty && state.total > 0 && <Results state={state} />}
        {!isEmpty && state.answered !== null && state.total === 0 && <NothingFound state={state} />}
      </div>
    </section>
  );
}

function countText({ answered, total }: SearchState): string {
  if (answered === null) return strings.searching;
  const q = answered.q.trim();
  if (q !== '') return strings.hitsFor(total, q);
  const isFiltered = answered.grade !== NO_QUESTION.grade || answered.strand !== NO_QUESTION.strand || answered.kind !== NO_QUESTION.kind;
  return isFiltered ? strings.hits(total) : strings.all(total);
}
