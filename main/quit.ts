/** Why the app won't quit yet: every way out is held until the backend and all that it started is gone. */
import { app, powerMonitor } from 'electron';
import type { BackendStatus } from '../preload/contract';
import type { Log } from './backend/effects';
import type { Supervisor } from './backend/supervisor';

export interface Quit {
  /** Runs the whole stop ladder, then ends the app with this exit code. */
  readonly quit: (exitCode: number) => void;
  readonly isQuitting: () => boolean;
}

const hasEnded = ({ state }: Pick<BackendStatus, 'state'>): boolean => state === 'stopped' || state === 'fatal';

/** `cleanUp` is called once, when the backend is gone. */
export function setupQuit(supervisor: Supervisor, log: Log, cleanUp: () => void | Promise<void>): Quit {
  let exitCode = 0;
  let phase: 'running' | 'stopping' | 'ending' | 'ended' = 'running';

  async function end(): Promise<void> {
    if (phase === 'ending' || phase === 'ended') return;
    phase = 'ending';
    log.info('the app ends', { exitCode });
    try {
      await cleanUp();
    } catch (error) {
      // What can't be tidied up must not keep the app from ending.
      log.error('the clean-up failed', { error: String(error) });
    }
    phase = 'ended';
    if (exitCode === 0) app.quit();
    else app.exit(exitCode);
  }

  function stop(urgent: boolean): void {
    if (phase === 'ending' || phase === 'ended') return;
    if (phase === 'running') {
      phase = 'stopping';
      supervisor.subscribe((status) => { if (hasEnded(status)) void end(); });
    }
    supervisor.quit(urgent);
    if (hasEnded(supervisor.current())) void end();
  }

  app.on('before-quit', (event) => {
    if (phase === 'ended') return;
    event.preventDefault();
    stop(false);
  });
  app.on('window-all-closed', () => { if (process.platform !== 'darwin') app.quit(); });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { app.quit(); });
  process.on('uncaughtException', (error) => {
    log.error('uncaught exception', { error: error.stack ?? String(error) });
    exitCode = 1;
    stop(false);
  });
  process.on('unhandledRejection', (reason) => { log.error('unhandled rejection', { reason: reason instanceof Error ? reason.stack : String(reason) }); });
  void app.whenReady().then(() => {
    // The types know no argument, the documentation does: without this the system does not wait for us.
    powerMonitor.on('shutdown', ((event: Electron.Event) => {
      event.preventDefault();
      stop(true);
    }) as () => void);
    powerMonitor.on('resume', () => { supervisor.send('RESUME'); });
  });

  return {
    quit: (code) => {
      exitCode = code;
      stop(false);
    },
    isQuitting: () => phase !== 'running',
  };
}
