/** The ways on when the backend takes long to start; no error, since it may still come up by itself. */
import type { ReactElement } from 'react';
import type { BackendStatus } from '../../preload/contract';
import { Choices } from './choices';

/** `hasTitle`: where the status above does not already say it in large. */
export function SlowStart({ status, hasTitle }: { readonly status: BackendStatus; readonly hasTitle: boolean }): ReactElement {
  return (
    <div className="slow">
      <p className="slow-text">
        {hasTitle && <strong>{status.text}</strong>}
        <span>{status.help}</span>
      </p>
      <div className="actions"><Choices status={status} /></div>
    </div>
  );
}
