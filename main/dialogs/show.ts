/** Shows the box of the state that the backend is in, does what is chosen, and closes it by itself when the state moves on. */
import { dialog, type BrowserWindow } from 'electron';
import type { BackendStatus, Choice, PortHolder } from '../../preload/contract';
import type { Log } from '../backend/effects';
import type { Supervisor } from '../backend/supervisor';
import { dialogOf, holdersText, type Dialog } from './dialog';

interface Tools {
  readonly supervisor: Pick<Supervisor, 'send' | 'current' | 'subscribe'>;
  readonly debug: boolean;
  readonly log: Log;
  readonly window: () => BrowserWindow | null;
  readonly showLogs: () => void;
  readonly openDownloadPage: () => Promise<void>;
  readonly findPortHolders: () => Promise<PortHolder[] | null>;
}

/** A box closes on any button; `again`: the question is still open, so it is shown again at once, with the text that `act` gave. */
interface Answer {
  readonly again: boolean;
  readonly act: () => Promise<string | void> | void;
}

/** To be called when Electron is ready. The same choices stand in the window, so a box that was closed leaves nobody without. */
export function setupDialogs(tools: Tools): void {
  const { supervisor, debug, log } = tools;
  let open: { readonly dialog: Dialog; readonly closing: AbortController } | null = null;

  const answers: Readonly<Record<Choice, Answer>> = {
    'Quit other applications': { again: true, act: async () => holdersText(await tools.findPortHolders()) },
    'View Logs': { again: true, act: tools.showLogs },
    'View Full Logs': { again: true, act: tools.showLogs },
    'Download Installer': { again: false, act: tools.openDownloadPage },
    Retry: { again: false, act: () => { supervisor.send('RETRY'); } },
    Restart: { again: false, act: () => { supervisor.send('RESTART'); } },
    'Keep Waiting': { again: false, act: () => { supervisor.send('KEEP_WAITING'); } },
  };

  async function ask({ type, message, detail, buttons }: Dialog, signal: AbortSignal): Promise<void> {
    for (let added = ''; ;) {
      log.info('a dialog is shown', { message, buttons });
      const { response } = await show({
        type, message, buttons: [...buttons], signal, defaultId: 0, noLink: true,
        detail: added === '' ? detail : `${detail}\n\n${added}`,
        // Beyond the buttons: to close the box is not to choose one.
        cancelId: buttons.length,
      });
      const choice = signal.aborted ? undefined : buttons[response];
      log.info('a dialog was closed', { message, by: signal.aborted ? 'the next state' : choice ?? 'the person' });
      if (choice === undefined) return;
      const { again, act } = answers[choice];
      try {
        added = (await act()) ?? '';
      } catch (error) {
        log.error('a choice failed', { choice, error: String(error) });
      }
      if (!again || signal.aborted) return;
    }
  }

  /** Without a parent, so that the window can still be used; on macOS a box without one would halt the whole app, and could not be closed. */
  function show(options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> {
    const parent = process.platform === 'darwin' ? tools.window() : null;
    return parent ? dialog.showMessageBox(parent, options) : dialog.showMessageBox(options);
  }

  function follow(status: BackendStatus): void {
    const next = dialogOf(status, debug);
    // A status that changes nothing of what is asked must not ask again.
    if (JSON.stringify(next) === JSON.stringify(open?.dialog ?? null)) return;
    open?.closing.abort();
    open = next && { dialog: next, closing: new AbortController() };
    if (open) ask(open.dialog, open.closing.signal).catch((error: unknown) => { log.error('a dialog failed', { error: String(error) }); });
  }
  supervisor.subscribe(follow);
  follow(supervisor.current());
}
