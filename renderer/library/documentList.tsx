/** The documents and the files on their way, newest first. */
import { useRef, type ReactElement } from 'react';
import { strings } from '../strings';
import { DocumentRow } from './documentRow';
import type { LibraryState } from './documents';
import { UploadRow } from './uploadRow';

export function DocumentList({ state, action }: { readonly state: LibraryState; readonly action: ReactElement }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  // A removed row takes the focus with it; the heading is the nearest place that stays.
  const onGone = (): void => heading.current?.focus();
  return (
    <section className="documents" aria-labelledby="documents-title">
      <div className="documents-head">
        <h2 id="documents-title" ref={heading} tabIndex={-1}>{strings.documents}</h2>
        {action}
      </div>
      {!state.loaded && <p className="documents-loading">{strings.loading}</p>}
      <ul className="document-list" aria-labelledby="documents-title">
        {state.uploads.map((upload) => <UploadRow key={upload.key} upload={upload} onGone={onGone} />)}
        {state.documents.map((document) => (
          <DocumentRow key={document.id} document={document} isRemoving={state.removing.includes(document.id)} onGone={onGone} />
        ))}
      </ul>
    </section>
  );
}
