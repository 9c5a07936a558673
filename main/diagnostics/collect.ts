/** Gathers what helps to mend a problem: logs, trace, versions, ports, state and settings, redacted. Synchronous, so that it works before Electron is ready, and in any state of the app. */
import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { BackendStatus } from '../../preload/contract';
import { rangeOf, takenPorts } from '../backend/choosePort';
import type { BackendSpec } from '../backend/spec';
import { createRedactor } from './redact';

/** Of a longer log the end; of many logs the newest. */
const FILE_BYTES = 4 * 1024 * 1024;
const ALL_BYTES = 20 * 1024 * 1024;
const LOG_FILE = /^\w[\w.-]*\.(log|ndjson)$/;

/** One file of the zip; `text` is what stands in it, letter by letter. */
export interface Entry {
  readonly name: string;
  readonly text: string;
}

export interface Facts {
  readonly app: { readonly name: string; readonly version: string; readonly packaged: boolean; readonly debug: boolean };
  readonly userData: string;
  readonly logs: string;
  /** Null where the app does not run the backend itself: on the command line. */
  readonly status: BackendStatus | null;
  /** The lines that wait for the disk. */
  readonly waiting: string;
  readonly spec: BackendSpec | null;
  /** What went wrong on the way here. */
  readonly problems: readonly string[];
}

/** Everything of the zip. Never throws: what can't be read is named among the problems. */
export function collect(facts: Facts): Entry[] {
  const problems = [...facts.problems];
  const logs = readLogs(facts.logs, problems);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const entries: Entry[] = [
    { name: 'versions.json', text: json({
      at: new Date().toISOString(), app: facts.app, versions: process.versions, platform: process.platform, arch: process.arch,
      release: os.release(), memoryMb: Math.round(os.totalmem() / 1_048_576), cores: os.cpus().length,
    }) },
    { name: 'state.json', text: json(facts.status ?? 'unknown: made on the command line, beside the app') },
    { name: 'ports.json', text: json(ports(facts.spec)) },
    { name: 'settings.json', text: json({ userData: facts.userData, backend: facts.spec === null ? null : settingsOf(facts.spec) }) },
    ...logs,
    ...(facts.waiting === '' ? [] : [{ name: 'logs/not-written-yet.log', text: facts.waiting }]),
  ];
  const redact = createRedactor(os.homedir());
  return [{ name: 'problems.txt', text: problems.length === 0 ? 'none\n' : problems.map((problem) => `${problem}\n`).join('') }, ...entries]
    .map(({ name, text }) => ({ name, text: redact(text) }));
}

export const zipOf = (entries: readonly Entry[]): Uint8Array => zipSync(Object.fromEntries(entries.map(({ name, text }) => [name, strToU8(text)])), { level: 6 });

/** By schema: of the environment and the secrets the names alone, since values may be anything. */
function settingsOf({ environment, secrets, ...rest }: BackendSpec): object {
  return { ...rest, environment: Object.keys(environment), secrets: Object.keys(secrets) };
}

function ports(spec: BackendSpec | null): object {
  if (spec === null) return { taken: 'unknown: there is no backend.json' };
  const range = rangeOf(spec);
  const taken = takenPorts(range);
  return { ...range, taken: taken === null ? 'the system does not tell' : [...taken].sort((one, other) => one - other) };
}

function readLogs(folder: string, problems: string[]): Entry[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => LOG_FILE.test(name) && lstatSync(path.join(folder, name)).isFile());
  } catch (error) {
    problems.push(`The folder of the logs can not be read: ${String(error)}`);
  }
  const byAge = names.sort((one, other) => lstatSync(path.join(folder, other)).mtimeMs - lstatSync(path.join(folder, one)).mtimeMs);
  let left = ALL_BYTES;
  return byAge.flatMap((name) => {
    try {
      const text = readEnd(path.join(folder, name), Math.min(FILE_BYTES, left), (size) => { problems.push(`${name} has ${size} bytes; its end is here`); });
      left -= Buffer.byteLength(text);
      return [{ name: `logs/${name}`, text }];
    } catch (error) {
      problems.push(`${name} can not be read: ${String(error)}`);
      return [];
    }
  });
}

/** The last whole lines of a file. */
function readEnd(file: string, most: number, onCut: (size: number) => void): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, most));
    const count = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    if (size <= most) return buffer.toString('utf8', 0, count);
    onCut(size);
    return buffer.toString('utf8', buffer.indexOf(10) + 1, count);
  } finally {
    closeSync(descriptor);
  }
}
