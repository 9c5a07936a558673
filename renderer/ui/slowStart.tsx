/** The three ways on when the backend takes long to start; no error, since it may still come up by itself. */
import type { ReactElement } from 'react';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from './button';

/** `hasTitle`: where the status above does not already say it in large. */
export function SlowStart({ hasTitle }: { readonly hasTitle: boolean }): ReactElement {
  const { backend, panels } = useServices();
  return (
    <div className="slow">
      <p className="slow-text">
        {hasTitle && <strong>{strings.slowStart}</strong>}
        <span>{strings.slowHint}</span>
      </p>
      <div className="actions">
        <Button look="primary" onPress={() => backend.command('KEEP_WAITING')}>{strings.keepWaiting}</Button>
        <Button onPress={() => panels.show('logs')}>{strings.viewLogs}</Button>
        <Button onPress={() => backend.command('RESTART')}>{strings.restart}</Button>
      </div>
    </div>
  );
}
