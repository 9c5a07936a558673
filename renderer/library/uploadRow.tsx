/** A file that is being sent, waits for the backend, or was refused. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button, IconButton } from '../ui/button';
import type { Upload } from './documents';
import { mayPass } from './refusal';
import { Row } from './row';

export function UploadRow({ upload, onGone }: { readonly upload: Upload; readonly onGone: () => void }): ReactElement {
  const { documents } = useServices();
  const { key, name, refusal } = upload;
  const dismiss = (): void => {
    documents.dismiss(key);
    onGone();
  };
  if (refusal === null) {
    return (
      <Row name={name} tone="busy" tools={<IconButton name={strings.cancelImport(name)} icon="close" onPress={dismiss} />}>
        <p className="row-state">{upload.phase === 'waiting' ? strings.kept : strings.sending}</p>
        <progress className="bar" aria-label={strings.progressOf(name)} />
      </Row>
    );
  }
  const again = (): void => documents.importAgain(key);
  return (
    <Row name={name} tone={refusal.code.startsWith('already-') ? 'note' : 'bad'}>
      <p className="row-problem">{refusal.detail}</p>
      <div className="row-actions">
        {refusal.code === 'already-imported' && <Button small onPress={again}>{strings.importAgain}</Button>}
        {mayPass(refusal.code) && <Button small onPress={again}>{strings.tryAgain}</Button>}
        <Button small look="quiet" onPress={dismiss}>{strings.dismiss}</Button>
      </div>
    </Row>
  );
}
