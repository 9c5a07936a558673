/** What "Quit other applications" shows: who holds the ports, so that people know what to quit. */
import type { ReactElement } from 'react';
import type { PortHolder } from '../../preload/contract';
import { strings } from '../strings';

/** `holders` is null where the system does not tell. The region is there before its text, so that it is read out. */
export function PortHolders({ holders }: { readonly holders: readonly PortHolder[] | null | undefined }): ReactElement {
  return (
    <section className="holders" aria-label={strings.portHolders} aria-live="polite">
      {holders === null && <p>{strings.holdersUnknown}</p>}
      {holders?.length === 0 && <p>{strings.noHolders}</p>}
      {holders !== undefined && holders !== null && holders.length > 0 && (
        <>
          <h3>{strings.portHolders}</h3>
          <ul>
            {holders.map(({ pid, name, ports }) => (
              <li key={pid ?? 'hidden'} className="holder">
                <span className="holder-name">{name ?? strings.hiddenHolder}</span>
                {pid !== null && <span className="holder-pid">{strings.processNumber(pid)}</span>}
                <span className="holder-ports">{ports}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
