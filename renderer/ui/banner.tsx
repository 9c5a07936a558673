/** Says above the page that the backend is away, without standing in the way of anything. */
import { useEffect, useState, type ReactElement } from 'react';
import type { BackendStatus } from '../../preload/contract';
import { useServices } from '../services';
import { strings } from '../strings';
import { Button } from './button';
import { SlowStart } from './slowStart';

/** What is over sooner is nothing to bother anybody with. */
const PATIENCE_MS = 1000;

export function Banner({ status }: { readonly status: BackendStatus }): ReactElement | null {
  const { backend, panels } = useServices();
  const away = status.state !== 'healthy';
  const due = useAfter(away, PATIENCE_MS);
  if (!away || !due) return null;
  if (status.subState === 'probing.slow') return <aside className="banner" aria-label={strings.reconnecting}><SlowStart status={status} hasTitle /></aside>;
  const isDown = status.state === 'crashed' || status.state === 'backoff';
  return (
    <aside className="banner" aria-label={strings.reconnecting}>
      <span className="spinner" aria-hidden="true" />
      <p className="banner-text">
        <strong>{strings.reconnecting}</strong> <span>{hint(status)}</span>
      </p>
      {isDown && <Button small onPress={() => backend.command('RESTART')}>{strings.restartNow}</Button>}
      <Button small look="quiet" onPress={() => panels.show('logs')}>{strings.viewLogs}</Button>
    </aside>
  );
}

function hint({ state, attempt, maxAttempts }: BackendStatus): string {
  if (state === 'stopping') return strings.stoppingHint;
  if (state === 'crashed' || state === 'backoff') return strings.crashedHint;
  const tries = maxAttempts > 0 && attempt > 0 ? `${strings.attempt(attempt, maxAttempts)} ` : '';
  return tries + strings.reconnectingHint;
}

/** True once `active` has lasted that long without a break; false at once when it ends. */
function useAfter(active: boolean, delayMs: number): boolean {
  const [due, setDue] = useState(false);
  useEffect(() => {
    if (!active) return undefined;
    const timer = setTimeout(() => setDue(true), delayMs);
    return () => {
      clearTimeout(timer);
      setDue(false);
    };
  }, [active, delayMs]);
  return active && due;
}
