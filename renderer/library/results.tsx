/** The standards and objectives that were found, with the words that matched. */
import { useEffect, useRef, type ReactElement } from 'react';
import type { Hit } from '../backend/wire';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from '../ui/button';
import type { SearchState } from './search';

export function Results({ state: { hits, total } }: { readonly state: SearchState }): ReactElement {
  const { search } = useServices();
  const list = useRef<HTMLOListElement>(null);
  const focusAt = useRef<number | null>(null);
  useEffect(() => {
    if (focusAt.current === null || hits.length <= focusAt.current) return;
    // Reading goes on with the first new one, also where the button is gone because it was the last page.
    const row = list.current?.children[focusAt.current];
    if (row instanceof HTMLElement) row.focus();
    focusAt.current = null;
  }, [hits.length]);
  const more = (): void => {
    focusAt.current = hits.length;
    void search.more();
  };
  return (
    <>
      <ol ref={list} className="results" aria-label={strings.results}>
        {withKeys(hits, (hit) => `${hit.document_id} ${hit.kind} ${hit.code}`).map(([key, hit]) => <Result key={key} hit={hit} />)}
      </ol>
      {hits.length < total && (
        <p className="more"><Button onPress={more}>{strings.showMore}</Button> <span>{strings.remaining(total - hits.length)}</span></p>
      )}
    </>
  );
}

function Result({ hit }: { readonly hit: Hit }): ReactElement {
  return (
    <li className="result" data-kind={hit.kind} tabIndex={-1}>
      <div className="result-head">
        <span className="code">{hit.code}</span>
        <span className="result-kind">{strings.kindName[hit.kind]}</span>
      </div>
      <p className="result-text">
        {withKeys(hit.segments, ({ text }) => text).map(([key, { text, match }]) => (match ? <mark key={key}>{text}</mark> : <span key={key}>{text}</span>))}
      </p>
      <p className="result-meta">
        <span>{strings.gradeName(hit.grade)}</span>
        <span>{hit.strand_name === '' ? hit.strand : hit.strand_name}</span>
        <span className="result-source" title={hit.document_name}>{hit.document_name}</span>
        <span>{strings.place(hit.document_format, hit.page)}</span>
      </p>
    </li>
  );
}

/** The same code may come twice in one document, and the same word in one text: the second gets a number. */
function withKeys<T>(items: readonly T[], keyOf: (item: T) => string): [key: string, item: T][] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const key = keyOf(item);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return [`${key} ${nth}`, item];
  });
}
