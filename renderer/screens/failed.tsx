/** Shown when the backend was given up or stopped: what happened, why, and the ways on. */
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { AppInfo, BackendStatus, PortHolder } from '../../preload/contract';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from '../ui/button';
import { Choices } from '../ui/choices';
import { CopyDetails } from './copyDetails';
import { PortHolders } from './portHolders';

export function Failed({ status }: { readonly status: BackendStatus }): ReactElement {
  const { backend, electron, panels } = useServices();
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [holders, setHolders] = useState<readonly PortHolder[] | null>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The library that had the focus is gone; a screen reader goes on here.
    heading.current?.focus();
    electron.getAppInfo().then(setInfo, () => setInfo(null));
  }, [electron]);
  const { crash } = status;
  const isStopped = status.state === 'stopped';
  const [title, help] = isStopped ? strings.stopped : [status.text, status.help];
  const showPortHolders = (): void => { electron.getPortHolders().then(setHolders, () => setHolders(null)); };
  return (
    <main className="failed">
      <article className="failed-card">
        <FailedDrawing />
        <h2 ref={heading} tabIndex={-1}>{title}</h2>
        <p className="failed-help">{help}</p>
        <div className="actions">
          {/* RETRY is for what was given up; a stopped machine takes RESTART. */}
          {isStopped && <Button look="primary" icon="refresh" onPress={() => backend.command('RESTART')}>{strings.retry}</Button>}
          <Choices status={status} onPortHolders={showPortHolders} />
          <CopyDetails info={info} status={status} />
          <Button onPress={() => panels.show('diagnostics')}>{strings.diagnostics.open}</Button>
        </div>
        {status.reason === 'no-ports' && <PortHolders holders={holders} />}
        {(status.detail !== null || crash !== null) && (
          <dl className="evidence">
            <dt>{strings.cause}</dt>
            {crash !== null && <dd>{crash.cause}</dd>}
            {status.detail !== null && status.detail !== crash?.cause && <dd className="evidence-detail">{status.detail}</dd>}
          </dl>
        )}
        {crash !== null && crash.stderrTail.length > 0 && (
          // A new key when `debug` is known: React would leave an opened or closed box as it is.
          <details key={String(info?.debug ?? false)} className="tail" open={info?.debug ?? false}>
            <summary>{strings.lastWords}</summary>
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
            <section aria-label={strings.lastWords} tabIndex={0} className="tail-scroll"><pre>{crash.stderrTail.join('\n')}</pre></section>
          </details>
        )}
      </article>
    </main>
  );
}

/** A stave with a rest on it: silence, not alarm. */
function FailedDrawing(): ReactElement {
  return (
    <svg className="drawing" viewBox="0 0 120 56" aria-hidden="true" focusable="false">
      <path className="drawing-line" d="M6 12h108M6 20h108M6 28h108M6 36h108M6 44h108" />
      <circle className="drawing-ground" cx="60" cy="28" r="22" />
      <path className="drawing-ink" d="M56 13c6 6 7 8 3 13 2 3 5 6 6 9-4-1-8 0-6 6-6-3-7-8-1-9-3-3-5-6-6-8 5-4 6-6 4-11Z" />
    </svg>
  );
}
