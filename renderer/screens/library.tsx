/** The library: the documents on the left, the search in them on the right; before the first document, how to begin. */
import { useRef, type ReactElement } from 'react';
import { asFiles } from '../library/dropped';
import { DocumentList } from '../library/documentList';
import { DropZone } from '../library/dropZone';
import { Welcome } from '../library/welcome';
import { SearchPane } from '../library/searchPane';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Button } from '../ui/button';

export function Library(): ReactElement {
  const { documents } = useServices();
  const state = useStore(documents.state);
  const input = useRef<HTMLInputElement>(null);
  const isEmpty = state.loaded && state.documents.length === 0 && state.uploads.length === 0;
  const addButton = <Button look="primary" icon="plus" onPress={() => input.current?.click()}>{strings.addPdf}</Button>;
  return (
    <main className={isEmpty ? 'library empty' : 'library'}>
      <input
        ref={input} hidden type="file" accept=".pdf,application/pdf" multiple aria-label={strings.chooseFiles}
        onChange={(event) => {
          documents.add(asFiles(event.target.files ?? []));
          // Else choosing the same file again would be no change.
          event.target.value = '';
        }}
      />
      {isEmpty ? <Welcome action={addButton} /> : (
        <>
          <DocumentList state={state} action={addButton} />
          <SearchPane isBeforeFirst={state.loaded && !state.documents.some(({ state }) => state === 'imported')} />
        </>
      )}
      <DropZone onDrop={documents.add} />
    </main>
  );
}
