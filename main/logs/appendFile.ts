/** A log file that is only appended to, in whole lines, rotated by day and by size, and survives a disk that takes nothing. */
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

export interface AppendFileOptions {
  readonly file: string;
  readonly maxBytes: number;
  /** Rotated files older than this many days are removed. */
  readonly keepDays: number;
  /**
   * Top of each file that continues a former one, such as a trace's header with a snapshot; it describes the moment after
   * everything that was appended so far. A file with an opening also begins anew at each start of the app.
   */
  readonly opening?: () => string;
  readonly now?: () => Date;
}

export interface AppendFile {
  /** Appends; `text` ends with a line end. Never throws: what can't be written is counted. */
  readonly append: (text: string) => void;
  /** Writes what is waiting. */
  readonly flush: () => void;
  readonly close: () => void;
  /** Lines that could not be written since the start. */
  readonly dropped: () => number;
}

const DAY_MS = 86_400_000;
/** Lines that arrive in one turn of the event loop are written together, at the latest after this time. */
const FLUSH_MS = 20;
/** A chunk this large is written at once, which bounds what waits in memory. */
const FLUSH_BYTES = 256 * 1024;

/** `backend.log` of 23 Nov → `backend.2026-11-23.log`; a second one of that day → `backend.2026-11-23.1.log`. */
function rotatedName(file: string, day: string): string {
  const { dir, name, ext } = path.parse(file);
  for (let part = 0; ; part += 1) {
    const candidate = path.join(dir, `${name}.${day}${part === 0 ? '' : `.${part}`}${ext}`);
    if (!statSync(candidate, { throwIfNoEntry: false })) return candidate;
  }
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Opens, or makes, the file and its folder at the first append. */
export function createAppendFile(options: AppendFileOptions): AppendFile {
  const { file, maxBytes, keepDays, opening, now = () => new Date() } = options;
  let descriptor: number | null = null;
  let bytes = 0;
  let day = '';
  let waiting: string[] = [];
  let waitingLength = 0;
  let timer: NodeJS.Timeout | null = null;
  let dropped = 0;

  function prune(): void {
    const { dir, name, ext } = path.parse(file);
    const oldest = dayOf(new Date(now().getTime() - keepDays * DAY_MS));
    for (const entry of readdirSync(dir)) {
      const match = /^(\d{4}-\d{2}-\d{2})(\.\d+)?$/.exec(entry.startsWith(`${name}.`) && entry.endsWith(ext) ? entry.slice(name.length + 1, -ext.length) : '');
      if (match?.[1] !== undefined && match[1] < oldest) rmSync(path.join(dir, entry), { force: true });
    }
  }

  function open(): number {
    mkdirSync(path.dirname(file), { recursive: true });
    const before = statSync(file, { throwIfNoEntry: false });
    const today = dayOf(now());
    const isDue = before !== undefined && before.size > 0 && (opening !== undefined || dayOf(before.mtime) !== today || before.size >= maxBytes);
    if (isDue) renameSync(file, rotatedName(file, dayOf(before.mtime)));
    prune();
    const opened = openSync(file, 'a', 0o600);
    bytes = statSync(file).size;
    day = today;
    return opened;
  }

  function writeAll(text: string): void {
    descriptor ??= open();
    const buffer = Buffer.from(text);
    for (let offset = 0; offset < buffer.length;) offset += writeSync(descriptor, buffer, offset);
    bytes += buffer.length;
  }

  function rotateIfDue(): boolean {
    if (descriptor === null || (bytes < maxBytes && day === dayOf(now()))) return false;
    closeSync(descriptor);
    descriptor = null;
    renameSync(file, rotatedName(file, day));
    return true;
  }

  function write(text: string): void {
    if (opening === undefined) {
      rotateIfDue();
      writeAll(text);
      return;
    }
    writeAll(text);
    if (rotateIfDue()) writeAll(opening());
  }

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const texts = waiting;
    waiting = [];
    waitingLength = 0;
    try {
      write(texts.join(''));
    } catch {
      // Full disk or unwritable folder: the app goes on, and says how much is missing.
      dropped += texts.length;
    }
  }

  return {
    append(text) {
      waiting.push(text);
      waitingLength += text.length;
      if (waitingLength >= FLUSH_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
    close() {
      flush();
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
    dropped: () => dropped,
  };
}
