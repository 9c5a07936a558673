/** Shown from the first moment until the backend is healthy for the first time: the stages of the start, by name. */
import type { ReactElement } from 'react';
import type { BackendStatus } from '../../preload/contract';
import { strings } from '../strings';
import { Icon } from '../ui/icon';
import { SlowStart } from '../ui/slowStart';

const STAGES = [strings.stages.port, strings.stages.spawn, strings.stages.health] as const;

export function Starting({ status }: { readonly status: BackendStatus | null }): ReactElement {
  const current = stageOf(status);
  return (
    <main className="starting">
      <progress className="wait" aria-label={strings.startProgress} />
      <ol className="stages">
        {STAGES.map((name, index) => {
          const state = index < current ? 'done' : index === current ? 'current' : 'ahead';
          return (
            <li key={name} className={`stage ${state}`} aria-current={state === 'current' ? 'step' : undefined}>
              <span className="stage-sign" aria-hidden="true">{state === 'done' && <Icon name="check" />}</span>
              {name}
              <span className="unseen"> ({strings.stageState[state]})</span>
            </li>
          );
        })}
      </ol>
      {status?.subState === 'probing.slow' ? <SlowStart status={status} hasTitle={false} /> : <p className="starting-note">{note(status)}</p>}
    </main>
  );
}

/** The index of the stage that is running. What has no stage of its own (a restart, a moved port) begins with the port. */
function stageOf(status: BackendStatus | null): number {
  if (status?.state !== 'starting') return 0;
  if (status.subState.startsWith('probing')) return 2;
  return status.subState === 'spawning' ? 1 : 0;
}

function note(status: BackendStatus | null): string {
  if (status?.state === 'crashed' || status?.state === 'backoff') return strings.startStopped;
  if (status?.subState === 'evicting') return strings.endingOld;
  if (status?.subState === 'moving') return strings.movingPort;
  return strings.firstStart;
}
