/** What the search shows when there is nothing to show, and how to come to something. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from '../ui/button';
import type { SearchState } from './search';

export function NothingFound({ state: { answered, strands } }: { readonly state: SearchState }): ReactElement {
  const { search } = useServices();
  const q = answered?.q.trim() ?? '';
  const filters = [
    answered?.grade ? strings.gradeName(answered.grade) : '',
    answered?.strand ? strands.find(({ code }) => code === answered.strand)?.name ?? answered.strand : '',
    answered?.kind ? strings.kinds[answered.kind] : '',
  ].filter((part) => part !== '');
  return (
    <div className="nothing">
      <NothingDrawing hasGlass />
      <h2>{strings.nothingTitle}</h2>
      <p>{strings.nothing(q, filters.join(', '))} {q !== '' && strings.nothingHint}</p>
      <div className="actions">
        {filters.length > 0 && <Button onPress={() => search.choose({ grade: '', strand: '', kind: '' })}>{strings.clearFilters}</Button>}
        {q !== '' && <Button look={filters.length > 0 ? 'quiet' : 'plain'} onPress={() => search.choose({ q: '' })}>{strings.newSearch}</Button>}
      </div>
    </div>
  );
}

export function NoStandards(): ReactElement {
  return (
    <div className="nothing">
      <NothingDrawing hasGlass={false} />
      <h2>{strings.noStandardsTitle}</h2>
      <p>{strings.noStandards}</p>
    </div>
  );
}

/** A stave with no note on it; with a glass over it after a search. */
function NothingDrawing({ hasGlass }: { readonly hasGlass: boolean }): ReactElement {
  return (
    <svg className="drawing" viewBox="0 0 120 56" aria-hidden="true" focusable="false">
      <path className="drawing-line" d="M6 12h108M6 20h108M6 28h108M6 36h108M6 44h108M114 12v32" />
      {hasGlass && (
        <>
          <circle className="drawing-ground" cx="54" cy="28" r="17" />
          <circle className="drawing-stem" cx="54" cy="28" r="11" />
          <path className="drawing-stem" d="m62 36 9 9" />
        </>
      )}
    </svg>
  );
}
