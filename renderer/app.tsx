/** Chooses the screen by the backend's state; the head with the status stays the same element on all of them. */
import { Activity, useEffect, type ReactElement } from 'react';
import type { BackendStatus } from '../preload/contract';
import type { BackendView } from './backend/backend';
import { DiagnosticsPanel } from './diagnostics/diagnosticsPanel';
import { LogPanel } from './logs/logPanel';
import { Failed } from './screens/failed';
import { PlaceScreen } from './screens/place';
import { Starting } from './screens/starting';
import { useServices } from './services';
import { useStore } from './store';
import { strings } from './strings';
import { Banner } from './ui/banner';
import { Head, type Tone } from './ui/head';
import { Nav } from './ui/nav';
import { Toasts } from './ui/toast';

type Screen = 'starting' | 'library' | 'failed';

export function App(): ReactElement {
  const { backend, panels } = useServices();
  const view = useStore(backend.view);
  const panel = useStore(panels.open);
  const { status } = view;
  const screen = screenOf(view);
  const text = status === null || status.text === '' ? strings.startingBackend : status.text;
  useEffect(() => {
    document.title = status?.state === 'healthy' ? strings.product : strings.title(text);
  }, [status?.state, text]);
  return (
    <div className="app" data-screen={panel ?? screen} data-sub={status?.subState ?? ''}>
      <Head text={text} tone={toneOf(status)} nav={screen === 'library' && panel === null ? <Nav /> : null} />
      {screen === 'library' && status !== null && <Banner status={status} />}
      {/* Behind a panel a screen stays as it was. */}
      <Activity mode={panel === null ? 'visible' : 'hidden'}>
        {screen === 'starting' && <Starting status={status} />}
        {screen === 'failed' && status !== null && <Failed status={status} />}
        {screen === 'library' && <PlaceScreen />}
      </Activity>
      {panel === 'logs' && <LogPanel />}
      {panel === 'diagnostics' && <DiagnosticsPanel />}
      <Toasts />
    </div>
  );
}

function screenOf({ status, wasHealthy }: BackendView): Screen {
  if (status?.state === 'fatal' || status?.state === 'stopped') return 'failed';
  return wasHealthy ? 'library' : 'starting';
}

function toneOf(status: BackendStatus | null): Tone {
  if (status?.state === 'healthy') return 'good';
  return status?.state === 'fatal' ? 'bad' : 'wait';
}
