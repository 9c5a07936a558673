/** The buttons of a state that asks for a decision: the same that its message box has. */
import type { ReactElement } from 'react';
import type { BackendStatus, Choice } from '../../preload/contract';
import { useServices } from '../services';
import { Button, type IconName } from './button';

const ICONS: Partial<Record<Choice, IconName>> = { Retry: 'refresh', 'Download Installer': 'drop', 'View Full Logs': 'lines', 'View Logs': 'lines' };

interface ChoicesProps {
  readonly status: BackendStatus;
  readonly small?: boolean;
  /** What "Quit other applications" shows is the page's own. */
  readonly onPortHolders?: () => void;
}

export function Choices({ status, small = false, onPortHolders }: ChoicesProps): ReactElement {
  const { backend, electron, panels } = useServices();
  const acts: Readonly<Record<Choice, () => void>> = {
    'Quit other applications': () => onPortHolders?.(),
    'Download Installer': () => void electron.openDownloadPage(),
    'View Full Logs': () => panels.show('logs'),
    'View Logs': () => panels.show('logs'),
    'Keep Waiting': () => backend.command('KEEP_WAITING'),
    Retry: () => backend.command('RETRY'),
    Restart: () => backend.command('RESTART'),
  };
  return (
    <>
      {status.choices.map((choice, index) => (
        <Button key={choice} small={small} look={index === 0 ? 'primary' : 'plain'} icon={ICONS[choice]} onPress={acts[choice]}>{choice}</Button>
      ))}
    </>
  );
}
