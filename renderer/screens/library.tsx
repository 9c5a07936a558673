/** The library: the documents on the left, the search in them on the right; before the first document, how to begin. */
import { useRef, useState, type ReactElement } from 'react';
import { ACCEPTED } from '../library/checkFile';
import { asFiles } from '../library/dropped';
import { DocumentList } from '../library/documentList';
import { DropZone } from '../library/dropZone';
import { PasteDialog } from '../library/pasteDialog';
import { Welcome } from '../library/welcome';
import { SearchPane } from '../library/searchPane';
import { useServices } from '../services';
import { useStore } from '../store';
import { strings } from '../strings';
import { Button, IconButton } from '../ui/button';

export function Library(): ReactElement {
  const { documents } = useServices();
  const state = useStore(documents.state);
  const input = useRef<HTMLInputElement>(null);
  const isEmpty = state.loaded && state.documents.length === 0 && state.uploads.length === 0;
  const [isPasting, setPasting] = useState(false);
  const paste = (): void => setPasting(true);
  const add = <Button look="primary" icon="plus" onPress={() => input.current?.click()}>{strings.addFiles}</Button>;
  return (
    <main className={isEmpty ? 'library empty' : 'library'}>
      <input
        ref={input} hidden type="file" accept={ACCEPTED} multiple aria-label={strings.chooseFiles}
        onChange={(event) => {
          documents.add(asFiles(event.target.files ?? []));
          // Else choosing the same file again would be no change.
          event.target.value = '';
        }}
      />
      {isEmpty ? <Welcome action={<div className="add-actions">{add}<Button icon="paste" onPress={paste}>{strings.pasteText}</Button></div>} /> : (
        <>
          <DocumentList state={state} action={<div className="add-actions"><IconButton name={strings.pasteText} icon="paste" onPress={paste} />{add}</div>} />
          <SearchPane isBeforeFirst={state.loaded && !state.documents.some(({ state }) => state === 'imported')} />
        </>
      )}
      {isPasting && <PasteDialog onClose={() => setPasting(false)} />}
      <DropZone onDrop={documents.add} />
    </main>
  );
}
