/** A log file that is only appended to, in whole lines, rotated by day and by size, and survives a disk that takes nothing. */
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
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
  /** Another process appends to the same file: it is there before that one starts, and looked at now and then, since we hear of none of its lines. */
  readonly shared?: boolean;
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

const NEWLINE = 10;
const DAY_MS = 86_400_000;
/** Lines that arrive in one turn of the event loop are written together, at the latest after this time. */
const FLUSH_MS = 20;
/** How often a shared file's day and size are looked at. */
const LOOK_MS = 10_000;
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

/** Opens, or makes, the file and its folder at the first append; a shared one at once. */
export function createAppendFile(options: AppendFileOptions): AppendFile {
  const { file, maxBytes, keepDays, opening, shared = false, now = () => new Date() } = options;
  let descriptor: number | null = null;
  let bytes = 0;
  let day = '';
  let waiting: string[] = [];
  let waitingLength = 0;
  let timer: NodeJS.Timeout | null = null;
  let dropped = 0;
  /** Lines of a file with an opening were lost: what follows only makes sense after a new opening. */
  let isBroken = false;
  /** The last write left a line without its end. */
  let isTorn = false;
  let isClosed = false;

  function prune(): void {
    const { dir, name, ext } = path.parse(file);
    const oldest = dayOf(new Date(now().getTime() - keepDays * DAY_MS));
    for (const entry of readdirSync(dir)) {
      const match = /^(\d{4}-\d{2}-\d{2})(\.\d+)?$/.exec(entry.startsWith(`${name}.`) && entry.endsWith(ext) ? entry.slice(name.length + 1, -ext.length) : '');
      if (match?.[1] === undefined || match[1] >= oldest) continue;
      try {
        rmSync(path.join(dir, entry), { force: true });
      } catch {
        // An old file that can't be removed must not keep us from writing the new one.
      }
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
    const buffer = Buffer.from(isTorn ? `\n${text}` : text);
    for (let offset = 0; offset < buffer.length;) {
      const written = writeSync(descriptor, buffer, offset);
      offset += written;
      bytes += written;
      isTorn = buffer[offset - 1] !== NEWLINE;
    }
  }

  function rotate(): void {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    isTorn = false;
    // Somebody removed it: then there is nothing to keep.
    if (statSync(file, { throwIfNoEntry: false })) renameSync(file, rotatedName(file, day));
  }

  function rotateIfDue(): boolean {
    if (descriptor === null) return false;
    if (shared) bytes = fstatSync(descriptor).size;
    if (bytes < maxBytes && day === dayOf(now())) return false;
    rotate();
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

  function look(): void {
    try {
      rotateIfDue();
      descriptor ??= open();
    } catch {
      // The next line says so.
    }
  }

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const texts = waiting;
    waiting = [];
    waitingLength = 0;
    try {
      if (isBroken && opening !== undefined) {
        // The opening stands for these lines too.
        dropped += texts.length;
        if (descriptor !== null && fstatSync(descriptor).size > 0) rotate();
        writeAll(opening());
        isBroken = false;
      } else write(texts.join(''));
    } catch {
      // Full disk or unwritable folder: the app goes on, and says how much is missing.
      if (!isBroken) dropped += texts.length;
      isBroken = opening !== undefined;
    }
  }

  if (shared) look();
  const looking = shared ? setInterval(look, LOOK_MS) : null;
  looking?.unref();

  return {
    append(text) {
      // A late line must not make the file anew, perhaps in a folder that was just removed.
      if (isClosed) {
        dropped += 1;
        return;
      }
      waiting.push(text);
      waitingLength += text.length;
      if (waitingLength >= FLUSH_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
    close() {
      isClosed = true;
      if (looking) clearInterval(looking);
      flush();
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
    dropped: () => dropped,
  };
}
