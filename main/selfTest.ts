/** `--self-test`: does the main job unattended with the page's own code, and reports it as lines of JSON on stdout. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserWindow } from 'electron';
import type { BackendStatus, SelfTestJob, SelfTestOutcome } from '../preload/contract';
import type { Supervisor } from './backend/supervisor';
import type { Options } from './options';

/** Longer than any import of a textbook-sized PDF, and still an end. */
const DEADLINE_MS = 300_000;

export interface SelfTestReport {
  readonly ok: boolean;
  readonly url: string | null;
  /** From the start of the app's process to the first `healthy`, in milliseconds. */
  readonly readyMs: number | null;
  readonly imported: SelfTestOutcome['imported'];
  readonly hits: SelfTestOutcome['hits'];
  readonly stopped: boolean;
  readonly error: string | null;
}

export interface SelfTest {
  /** What the page is to do; null where there is no self-test. */
  readonly job: () => SelfTestJob | null;
  /** The page is done: takes the picture, then ends the app. */
  readonly finish: (outcome: SelfTestOutcome) => Promise<void>;
  /** Prints the report; to be called when the backend is gone. */
  readonly report: () => void;
}

interface Tools {
  readonly options: Options;
  readonly supervisor: Supervisor;
  readonly startedAt: number;
  readonly window: () => BrowserWindow | null;
  readonly quit: (exitCode: number) => void;
  readonly print?: (line: string) => void;
}

function readJob({ importFile, search }: Options): SelfTestJob {
  return { search, file: importFile === null ? null : { name: path.basename(importFile), bytes: new Uint8Array(readFileSync(importFile)) } };
}

function reasonWithout(file: string | null, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return `There is no file "${file}". Check the path after --import.`;
  if (code === 'EISDIR') return `"${file}" is a folder. Give a PDF file after --import.`;
  return `"${file}" can't be read: ${error instanceof Error ? error.message : String(error)}`;
}

async function takePicture(window: BrowserWindow, file: string): Promise<void> {
  // What the page has just put on the screen is painted two frames later.
  await window.webContents.executeJavaScript('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  writeFileSync(file, (await window.webContents.capturePage()).toPNG());
}

/** Begins the self-test: prints each status from now on. */
export function createSelfTest({ options, supervisor, startedAt, window, quit, print = (line) => { process.stdout.write(`${line}\n`); } }: Tools): SelfTest {
  let url: string | null = null;
  let readyMs: number | null = null;
  let outcome: SelfTestOutcome = { imported: null, hits: [], error: 'The page did not finish the self-test.' };
  let job: SelfTestJob | null = null;
  let isDone = false;

  const conclude = (result: SelfTestOutcome): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(deadline);
    outcome = result;
    quit(result.error === null ? 0 : 1);
  };
  const fail = (error: string): void => { conclude({ imported: null, hits: [], error }); };
  const deadline = setTimeout(() => { fail(`The self-test did not end within ${DEADLINE_MS / 1_000} s.`); }, DEADLINE_MS);

  const watch = (status: BackendStatus): void => {
    print(JSON.stringify(status));
    if (status.state === 'healthy') {
      url = status.url;
      readyMs ??= Date.now() - startedAt;
    }
    if (status.state === 'fatal' && !isDone) fail([status.text, status.detail, ...(status.crash?.stderrTail.slice(-3) ?? [])].filter(Boolean).join(' '));
    if (status.subState === 'probing.slow') fail(status.text);
  };
  watch(supervisor.current());
  supervisor.subscribe(watch);

  try {
    job = readJob(options);
  } catch (error) {
    const reason = reasonWithout(options.importFile, error);
    // After the caller has what this function returns.
    setImmediate(() => { fail(reason); });
  }

  return {
    job: () => job,
    finish: async (result) => {
      const shown = window();
      if (options.screenshot === null || !shown) {
        conclude(result);
        return;
      }
      try {
        await takePicture(shown, options.screenshot);
        conclude(result);
      } catch (error) {
        conclude({ ...result, error: result.error ?? `The picture could not be written: ${error instanceof Error ? error.message : String(error)}` });
      }
    },
    report: () => {
      const stopped = supervisor.current().state === 'stopped';
      const report: SelfTestReport = {
        ok: outcome.error === null && stopped, url, readyMs, imported: outcome.imported, hits: outcome.hits, stopped, error: outcome.error,
      };
      print(JSON.stringify(report));
    },
  };
}
