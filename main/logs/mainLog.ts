/** The app's own log, `main.log`: electron-log takes the records, the file is one like all others of the folder. */
import path from 'node:path';
import type { LogMessage, Transport } from 'electron-log';
import log from 'electron-log/main';
import type { Log } from '../backend/effects';
import type { AppendFile } from './appendFile';
import { createLogFile } from './logs';

export interface MainLog {
  readonly log: Log;
  readonly file: AppendFile;
}

const textOf = ({ data }: LogMessage): string => data.map(String).join(' ');

/** Sends the app's log to `folder`; the console gets it too in debug mode only, since stdout belongs to the self-test's report. */
export function setupMainLog(folder: string, debug: boolean): MainLog {
  const file = createLogFile(path.join(folder, 'main.log'));
  // electron-log's own file is written synchronously, which a slow disk would make the app wait for, and rotated in another way.
  log.transports.file.level = false;
  const append = (message: LogMessage): void => { void file.append(`${message.date.toISOString()} ${message.level} ${textOf(message)}\n`); };
  log.transports['append'] = Object.assign(append, { level: 'silly' as const, transforms: [] }) satisfies Transport;
  log.transports.console.level = debug ? 'debug' : false;
  log.transports.console.writeFn = ({ message }) => { process.stderr.write(`${textOf(message)}\n`); };
  const write = (level: 'info' | 'warn' | 'error') => (message: string, details?: object): void => {
    log[level](details ? `${message} ${JSON.stringify(details)}` : message);
  };
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, file };
}
