/** The end of a start that never began: nothing is running yet, so there is nothing to stop. */
import { app, dialog } from 'electron';

export const CANNOT_START = 'PocketMusec can not start.';

/** Says why where people look, and ends the app with 1. */
export function refuse(error: unknown, isSelfTest: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  if (isSelfTest) {
    process.stdout.write(`${JSON.stringify({ ok: false, url: null, readyMs: null, imported: null, hits: [], stopped: true, error: message })}\n`);
    app.exit(1);
    return;
  }
  void app.whenReady()
    // Not showErrorBox, which would halt all else until somebody comes.
    .then(async () => await dialog.showMessageBox({ type: 'error', message: CANNOT_START, detail: message, buttons: ['Quit'] }))
    .finally(() => { app.exit(1); });
}
