/** The app's own log, `main.log`, by electron-log. */
import path from 'node:path';
import log from 'electron-log/main';
import type { Log } from '../backend/effects';

/** Sends the app's log to `folder`; the console gets it too in debug mode only, since stdout belongs to the self-test's report. */
export function setupMainLog(folder: string, debug: boolean): Log {
  log.transports.file.resolvePathFn = () => path.join(folder, 'main.log');
  log.transports.file.format = '{iso} {level} {text}';
  log.transports.console.level = debug ? 'debug' : false;
  log.transports.console.writeFn = ({ message }) => { process.stderr.write(`${message.data.map(String).join(' ')}\n`); };
  const write = (level: 'info' | 'warn' | 'error') => (message: string, details?: object): void => {
    log[level](details ? `${message} ${JSON.stringify(details)}` : message);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
