/** The only place that touches Electron's IPC: registers the contract's channels, and sends its events. */
import { BrowserWindow, ipcMain } from 'electron';
import * as v from 'valibot';
import { EVENTS, INVOKE, type EventChannel, type Message } from '../preload/contract';
import type { Log } from './backend/effects';
import { createDispatcher, isOurPage, problemOf, type InvokeHandlers } from './bridge/dispatch';

/** Registers every channel. A refused message has no effect and is logged without its content. */
export function setupIpc(handlers: InvokeHandlers, log: Log): void {
  const dispatch = createDispatcher(handlers, log);
  for (const channel of Object.keys(INVOKE)) {
    ipcMain.handle(channel, async (event, ...args: unknown[]) => await dispatch(channel, event.senderFrame, args));
  }
}

/** Sends an event to each page of this app. Throws where the message does not fit the contract. */
export function broadcast<Name extends EventChannel>(name: Name, message: Message<Name>): void {
  const checked = v.safeParse(EVENTS[name].message, message);
  if (!checked.success) throw new Error(`${name}: the message does not fit the contract: ${problemOf(checked.issues[0])}`);
  for (const { webContents } of BrowserWindow.getAllWindows()) {
    if (isOurPage(webContents.mainFrame)) webContents.send(name, checked.output);
  }
}
