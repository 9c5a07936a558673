/** Takes standards as pasted text; what comes of it is a file like any other. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { asFiles } from './dropped';

export function PasteDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { documents } = useServices();
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const [isRefused, setRefused] = useState(false);
  const id = useId();
  // As a modal one it holds the focus, closes by Escape, and gives the focus back to the button that opened it.
  useEffect(() => dialog.current?.showModal(), []);

  const add = (): void => {
    if (text.trim() === '') {
      setRefused(true);
      field.current?.focus();
      return;
    }
    const title = name.replaceAll(/[/\\]/g, '-').trim() || strings.pastedText;
    documents.add(asFiles([new File([text], `${title}.txt`, { type: 'text/plain' })]));
    dialog.current?.close();
  };

  // Enter alone is a new line in the text.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) add();
  };

  return (
    <dialog ref={dialog} className="paste" aria-labelledby={`${id}-title`} aria-describedby={`${id}-hint`} onClose={onClose}>
      <h2 id={`${id}-title`}>{strings.pasteTitle}</h2>
      <p id={`${id}-hint`} className="paste-hint">{strings.pasteHint}</p>
      <label htmlFor={`${id}-text`}>{strings.pasteLabel}</label>
      <textarea
        ref={field} id={`${id}-text`} rows={10} value={text} placeholder={strings.pasteExample} spellCheck={false} autoFocus
        aria-invalid={isRefused} aria-errormessage={`${id}-error`} onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          setRefused(false);
        }}
      />
      {/* Here from the start, so that it is read out when it says something. */}
      <p id={`${id}-error`} className="paste-error" role="alert">{isRefused ? strings.pasteEmpty : ''}</p>
      <label htmlFor={`${id}-name`}>{strings.pasteName}</label>
      <input id={`${id}-name`} type="text" value={name} maxLength={120} placeholder={strings.pastedText} onChange={(event) => setName(event.target.value)} onKeyDown={onKeyDown} />
      <div className="paste-actions">
        <Button onPress={() => dialog.current?.close()}>{strings.pasteCancel}</Button>
        <Button look="primary" onPress={add}>{strings.pasteAdd}</Button>
      </div>
    </dialog>
  );
}
