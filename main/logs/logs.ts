/** All that is written to `userData/logs`: what the backend prints, why it failed, what the app did, and the lifecycle trace. */
import path from 'node:path';
import type { BackendStatus, LogTrouble } from '../../preload/contract';
import type { EffectTools } from '../backend/effects';
import type { BackendSpec } from '../backend/spec';
import { createAppendFile, type AppendFile, type AppendFileOptions } from './appendFile';

const MEGABYTE = 1024 * 1024;
const KEEP_DAYS = 7;

export interface Logs {
  readonly onOutput: EffectTools['onOutput'];
  /** Writes each crash with its evidence, and each end of the tries, to the errors file: once. */
  readonly onStatus: (status: BackendStatus) => void;
  /** Appends lines of the lifecycle trace. */
  readonly trace: (line: string) => void;
  /** What keeps lines from the disk now; null where nothing does. */
  readonly trouble: () => LogTrouble;
  /** The lines that wait for the disk. */
  readonly waiting: () => string;
  /** Resolves when all is on the disk, or can't be. */
  readonly close: () => Promise<void>;
}

const LEVEL = { stdout: 'INFO', stderr: 'WARN' } as const;

/** One file of the folder: as large, kept as long, and as patient with the disk as all others. */
export function createLogFile(file: string, options: Partial<AppendFileOptions> = {}): AppendFile {
  return createAppendFile({ file, maxBytes: 20 * MEGABYTE, keepDays: KEEP_DAYS, ...options });
}

/** `main` is the app's own log, which is there first. `openTrace` gives the first line of each trace file, so that rotation loses no start. */
export function createLogs(folder: string, spec: BackendSpec, main: AppendFile, openTrace: () => string, onTrouble: (trouble: LogTrouble) => void = () => {}): Logs {
  let seq = 0;
  const troubles = new Map<string, string>();
  const trouble = (): LogTrouble => {
    const dropped = Object.values(files).reduce((sum, file) => sum + file.dropped(), 0);
    const [first] = troubles;
    return { seq, code: first?.[1] ?? null, file: first?.[0] ?? null, dropped };
  };
  const file = (name: string, options: Partial<AppendFileOptions> = {}): AppendFile => createLogFile(path.join(folder, name), {
    ...options,
    onTrouble: (code) => {
      if (code === null) troubles.delete(name);
      else troubles.set(name, code);
      seq += 1;
      onTrouble(trouble());
    },
  });
  const files = {
    main,
    // The backend appends its own records to this one.
    output: file(spec.logs.output, { shared: true }),
    errors: file(spec.logs.errors),
    trace: file('lifecycle.ndjson', { maxBytes: 10 * MEGABYTE, opening: openTrace }),
  };
  let lastCrash = 0;
  let lastState = '';
  const writeError = (headline: string, evidence: readonly string[] = []): void => {
    void files.errors.append(`${new Date().toISOString()} ERROR ${headline}\n${evidence.map((line) => `    ${line}\n`).join('')}`);
  };
  return {
    // What comes in one piece was printed in the same moment; its last end begins no line.
    onOutput: (stream, lines) => {
      const head = `${new Date().toISOString()} ${LEVEL[stream]} ${stream} `;
      return files.output.append(`${head}${lines.slice(0, -1).replaceAll('\n', `\n${head}`)}\n`);
    },
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
    trace: (line) => { void files.trace.append(line); },
    trouble,
    waiting: () => files.output.waiting() + files.errors.waiting() + files.main.waiting(),
    // The app's own log last: it may still have something to say of the others.
    close: async () => {
      await Promise.all([files.output, files.errors, files.trace].map(async (each) => { await each.close(); }));
      await files.main.close();
    },
  };
}
