/** All that is written to `userData/logs`: what the backend prints, why it failed, what the app did, and the lifecycle trace. */
import path from 'node:path';
import type { BackendStatus } from '../../preload/contract';
import type { EffectTools, Log } from '../backend/effects';
import type { BackendSpec } from '../backend/spec';
import { createAppendFile } from './appendFile';

const MEGABYTE = 1024 * 1024;
const KEEP_DAYS = 7;

export interface Logs {
  readonly folder: string;
  readonly onOutput: EffectTools['onOutput'];
  /** Writes each crash with its evidence, and each end of the tries, to the errors file: once. */
  readonly onStatus: (status: BackendStatus) => void;
  /** Appends lines of the lifecycle trace. */
  readonly trace: (line: string) => void;
  readonly close: () => void;
}

const LEVEL = { stdout: 'INFO', stderr: 'WARN' } as const;

/** `opening` gives the first line of each trace file, so that rotation loses no start. */
export function createLogs(folder: string, spec: BackendSpec, log: Log, openTrace: () => string): Logs {
  const files = {
    // The backend appends its own records to this one.
    output: createAppendFile({ file: path.join(folder, spec.logs.output), maxBytes: 20 * MEGABYTE, keepDays: KEEP_DAYS, shared: true }),
    errors: createAppendFile({ file: path.join(folder, spec.logs.errors), maxBytes: 20 * MEGABYTE, keepDays: KEEP_DAYS }),
    trace: createAppendFile({ file: path.join(folder, 'lifecycle.ndjson'), maxBytes: 10 * MEGABYTE, keepDays: KEEP_DAYS, opening: openTrace }),
  };
  let lastCrash = 0;
  let lastState = '';
  const writeError = (headline: string, evidence: readonly string[] = []): void => {
    files.errors.append(`${new Date().toISOString()} ERROR ${headline}\n${evidence.map((line) => `    ${line}\n`).join('')}`);
  };
  return {
    folder,
    onOutput: (stream, line) => { files.output.append(`${new Date().toISOString()} ${LEVEL[stream]} ${stream} ${line}\n`); },
    onStatus: (status) => {
      const { crash, state, reason, detail } = status;
      // A crash stays in the status until the next one.
      if (crash !== null && crash.generation !== lastCrash) {
        lastCrash = crash.generation;
        writeError(`generation ${crash.generation}: ${crash.cause} (code ${crash.code ?? '-'}, signal ${crash.signal ?? '-'})`, crash.stderrTail);
      }
      if (state === 'fatal' && lastState !== 'fatal') writeError(`fatal, ${reason ?? 'no reason'}: ${detail ?? ''}`);
      lastState = state;
    },
    trace: (line) => { files.trace.append(line); },
    close: () => {
      for (const file of Object.values(files)) {
        file.close();
        if (file.dropped() > 0) log.warn('lines could not be written', { dropped: file.dropped() });
      }
    },
  };
}
