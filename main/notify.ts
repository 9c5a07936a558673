/** Tells the person something in passing, once: in the page while they look at it, else by the system, else in the page after all. */
import { app, Notification, type BrowserWindow } from 'electron';
import { broadcast } from './ipc';

export interface Notify {
  readonly tell: (text: string) => void;
  /** What the page shows by itself: said only to those who do not look at it. */
  readonly tellOutside: (text: string) => void;
}

export function createNotify(window: () => BrowserWindow | null): Notify {
  /** Kept: a notification that nobody holds may be collected before it tells what became of it. */
  const shown = new Set<Notification>();

  function tell(text: string, inPage: () => void): void {
    if (window()?.isFocused() === true || !Notification.isSupported()) {
      inPage();
      return;
    }
    const notification = new Notification({ title: app.getName(), body: text });
    shown.add(notification);
    notification.once('close', () => { shown.delete(notification); });
    notification.once('click', () => { window()?.show(); });
    // There is no session bus, or the system does not let us.
    notification.once('failed', () => {
      shown.delete(notification);
      inPage();
    });
    notification.show();
  }

  return {
    tell: (text) => { tell(text, () => { broadcast('notice', text); }); },
    tellOutside: (text) => { tell(text, () => {}); },
  };
}
