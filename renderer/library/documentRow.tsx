/** A document that the backend has: its progress, what was read, what went wrong, and how to be rid of it. */
import { useState, type ReactElement, type ReactNode } from 'react';
import type { LibraryDocument } from '../backend/wire';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button, IconButton } from '../ui/button';
import { ConfirmRemove } from './confirmRemove';
import { pageRanges } from './pageRanges';
import { mayPass } from './refusal';
import { Row, type Tone } from './row';

interface Props {
  readonly document: LibraryDocument;
  readonly isRemoving: boolean;
  readonly onGone: () => void;
}

const TONES: Readonly<Record<LibraryDocument['state'], Tone>> = { queued: 'busy', importing: 'busy', imported: 'good', failed: 'bad' };

export function DocumentRow({ document, isRemoving, onGone }: Props): ReactElement {
  const { documents } = useServices();
  const [isAsking, setAsking] = useState(false);
  const { name, state } = document;
  const remove = (): void => {
    setAsking(false);
    void documents.remove(document);
    onGone();
  };
  let tools: ReactNode;
  if (TONES[state] === 'busy') tools = <IconButton name={strings.cancelImport(name)} icon="close" onPress={remove} />;
  if (state === 'imported' && !isAsking) tools = <IconButton name={strings.remove(name)} icon="trash" onPress={() => setAsking(true)} />;
  return (
    <Row name={name} tone={TONES[state]} tools={isRemoving ? undefined : tools}>
      {TONES[state] === 'busy' && <Progress document={document} />}
      {state === 'imported' && <Read document={document} />}
      {state === 'failed' && <Failure document={document} onDismiss={remove} />}
      {isAsking && <ConfirmRemove name={name} hint={strings.removeHint} onYes={remove} onNo={() => setAsking(false)} />}
    </Row>
  );
}

function Progress({ document: { name, format, state, page, pages } }: { readonly document: LibraryDocument }): ReactElement {
  const isMoving = state === 'importing' && pages !== null && pages > 0;
  const text = isMoving ? strings.placeOf(format, page, pages) : state === 'queued' ? strings.queued : strings.opening;
  return (
    <>
      <p className="row-state">{text}</p>
      {isMoving
        ? <progress className="bar" aria-label={strings.progressOf(name)} value={page} max={pages} />
        : <progress className="bar" aria-label={strings.progressOf(name)} />}
    </>
  );
}

function Read({ document: { standards, objectives, format, unread } }: { readonly document: LibraryDocument }): ReactElement {
  return (
    <>
      <p className="row-state">{strings.standardsCount(standards)} · {strings.objectivesCount(objectives)}</p>
      {unread.length > 0 && <UnreadPlaces format={format} unread={unread} />}
    </>
  );
}

/** What could not be read is never hidden: where, and on request why. */
function UnreadPlaces({ format, unread }: Pick<LibraryDocument, 'format' | 'unread'>): ReactElement {
  const places = unread.map(({ at }) => at);
  return (
    <details className="row-unread">
      <summary>{strings.unread(format, pageRanges(places), new Set(places).size === 1)}</summary>
      <ul>
        {unread.filter(({ found }) => found !== '').map(({ at, found, allowed }) => (
          <li key={`${at} ${found}`}><strong>{strings.unreadPlace(format, at)}</strong> {strings.unreadReason(found, allowed)}</li>
        ))}
      </ul>
    </details>
  );
}

function Failure({ document, onDismiss }: { readonly document: LibraryDocument; readonly onDismiss: () => void }): ReactElement {
  const { documents } = useServices();
  const { error } = document;
  const retry = error !== null && mayPass(error.code) ? documents.retry(document) : null;
  return (
    <>
      <p className="row-problem">{error?.detail ?? strings.refusals.unknown}</p>
      <div className="row-actions">
        {retry !== null && <Button small onPress={() => void retry()}>{strings.tryAgain}</Button>}
        <Button small look="quiet" onPress={onDismiss}>{strings.dismiss}</Button>
      </div>
    </>
  );
}
