/** A log file that is only appended to, in whole lines, rotated by day and by size. A disk that takes nothing, or takes its time, costs lines, never the app. */
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../backend/errorCode';
import { createLineQueue } from './lineQueue';
import { dayOf, lookAt, prune, setAside } from './rotation';

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
  /** Another process appends to the same file: it is looked at now and then, since we hear of none of its lines. */
  readonly shared?: boolean;
  /** Told when the trouble changes: the system's code (such as ENOSPC), SLOW, or null when lines go to the disk again. */
  readonly onTrouble?: (trouble: string | null) => void;
  readonly now?: () => Date;
}

export interface AppendFile {
  /** Appends whole lines, each with its end. Never throws. A promise: whoever can wait should, until it resolves. */
  readonly append: (lines: string) => Promise<void> | null;
  /** Tries to write what waits; resolves when that is done, or can't be done now. */
  readonly flush: () => Promise<void>;
  /** Writes what waits, as far as the disk takes it within CLOSE_MS. */
  readonly close: () => Promise<void>;
  /** Lines that are lost since the start. */
  readonly dropped: () => number;
  /** Lines that are not on the disk yet. */
  readonly waiting: () => string;
}

const NEWLINE = 10;
/** So much waits in memory. */
const MAX_WAITING = 4 * 1024 * 1024;
/** Who can wait is asked to from here on. */
const ENOUGH_WAITING = 1024 * 1024;
/** A write that takes longer counts as a disk that stands still: then nobody waits for it. */
export const SLOW_MS = 2_000;
const RETRY_MS = 1_000;
/** How often a shared file's day and size are looked at. */
const LOOK_MS = 10_000;
/** An app that quits does not wait longer for its logs. */
export const CLOSE_MS = 1_000;

/** Opens, or makes, the file and its folder at the first line; a shared one at once. */
export function createAppendFile(options: AppendFileOptions): AppendFile {
  const { file, maxBytes, keepDays, opening, shared = false, onTrouble = () => {}, now = () => new Date() } = options;
  const queue = createLineQueue(MAX_WAITING);
  let handle: FileHandle | null = null;
  let inode = 0;
  let bytes = 0;
  let day = '';
  /** The last write left a line without its end. */
  let isTorn = false;
  let isClosed = false;
  let trouble: string | null = null;
  /** Of the lost lines the file tells of so many. */
  let told = 0;
  /** The file needs an opening before another line. */
  let isBroken = false;
  let hasBegun = false;
  let running: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isScheduled = false;
  let room: { readonly promise: Promise<void>; readonly give: () => void } | null = null;

  function become(next: string | null): void {
    if (next === trouble) return;
    trouble = next;
    if (next !== null) room?.give();
    onTrouble(next);
  }

  async function release(): Promise<void> {
    const old = handle;
    handle = null;
    isTorn = false;
    await old?.close();
  }

  /** Opens the file where it is not open, was removed, or is due; true where it is another one than before. */
  async function ready(): Promise<boolean> {
    const today = dayOf(now());
    let found = await lookAt(file);
    if (handle !== null && found?.ino === inode) {
      bytes = found.size;
      const fits = bytes < maxBytes && bytes + queue.bytes() <= maxBytes && day === today;
      if (fits || bytes === 0 || opening !== undefined) {
        if (bytes === 0) day = today;
        return false;
      }
      await release();
      await setAside(file, day, shared);
      found = await lookAt(file);
    } else await release();
    if (found === null) await mkdir(path.dirname(file), { recursive: true });
    if (found !== null && found.size > 0 && (opening !== undefined || dayOf(found.mtime) !== today || found.size >= maxBytes)) await setAside(file, dayOf(found.mtime), shared);
    await prune(file, keepDays, now());
    handle = await open(file, 'a', 0o600);
    const stats = await handle.stat();
    [inode, bytes, day] = [stats.ino, stats.size, today];
    return true;
  }

  async function put(buffer: Buffer): Promise<number> {
    if (handle === null) throw new Error(`${file} is not open`);
    const { bytesWritten } = await handle.write(buffer);
    bytes += bytesWritten;
    isTorn = buffer[bytesWritten - 1] !== NEWLINE;
    return bytesWritten;
  }

  /** Writes a text of our own, or throws. */
  async function write(text: string): Promise<void> {
    for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(await put(rest));
  }

  /** Writes so many of the bytes that wait, up to the end of a line, or throws; a line that the disk took in half is written again. */
  async function writeWaiting(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (isTorn) await write('\n');
      const front = queue.front()?.subarray(0, left) ?? Buffer.alloc(0);
      if (front.length === 0) return;
      let whole = 0;
      try {
        const written = await put(front);
        whole = front.lastIndexOf(NEWLINE, written - 1) + 1;
      } finally {
        queue.consume(whole);
      }
      left -= whole;
    }
  }

  async function writeLines(): Promise<void> {
    await ready();
    const lost = queue.dropped() - told;
    if (lost > 0) {
      await write(`${now().toISOString()} WARN log ${lost} lines were lost before this one\n`);
      told += lost;
    }
    // A block at a time: then the file is looked at again, whether it is due, or gone.
    await writeWaiting(queue.front()?.length ?? 0);
  }

  /** Lines that only make sense one after the other: where some are missing, an opening stands for all that waits. */
  async function writeSequence(begin: () => string): Promise<void> {
    const isAnother = await ready();
    isBroken ||= queue.dropped() > told || (isAnother && hasBegun);
    hasBegun = true;
    if (isBroken) {
      if (bytes > 0) await next();
      queue.drop();
      await write(begin());
      told = queue.dropped();
      isBroken = false;
      return;
    }
    const waiting = queue.bytes();
    // Taken in the same moment as the lines: it describes what follows them.
    const opening = bytes + waiting >= maxBytes || day !== dayOf(now()) ? begin() : null;
    await writeWaiting(waiting);
    if (opening === null) return;
    isBroken = true;
    await next();
    await write(opening);
    isBroken = false;
  }

  /** The next file, also where this one is not due by itself. */
  async function next(): Promise<void> {
    await release();
    await setAside(file, day, shared);
    await ready();
  }

  async function drain(): Promise<void> {
    const slow = setTimeout(() => { become('SLOW'); }, SLOW_MS);
    slow.unref();
    try {
      do {
        await (opening === undefined ? writeLines() : writeSequence(opening));
        slow.refresh();
        become(null);
        room?.give();
      } while (queue.bytes() > 0);
    } catch (error) {
      become(errorCode(error) || 'EIO');
      if (!isClosed) {
        retry = setTimeout(() => { void flush(); }, RETRY_MS);
        retry.unref();
      }
    } finally {
      clearTimeout(slow);
      running = null;
    }
  }

  function flush(): Promise<void> {
    if (retry !== null) clearTimeout(retry);
    retry = null;
    return running ??= drain();
  }

  /** Lines that come in one turn of the event loop are written together, and those that come during a write after it. */
  function schedule(): void {
    if (isScheduled || retry !== null) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (queue.bytes() > 0 && retry === null) void flush();
    });
  }

  function wait(): Promise<void> {
    if (room === null) {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => { resolve = done; });
      room = { promise, give: () => { room = null; resolve(); } };
    }
    return room.promise;
  }

  if (shared) void flush();
  const looking = shared ? setInterval(() => { if (retry === null) void flush(); }, LOOK_MS) : null;
  looking?.unref();

  return {
    append(lines) {
      // A late line must not make the file anew, perhaps in a folder that was just removed.
      queue.push(lines);
      if (isClosed) {
        queue.drop();
        return null;
      }
      if (running === null) schedule();
      return trouble === null && queue.bytes() > ENOUGH_WAITING ? wait() : null;
    },
    flush: async () => { if (!isClosed) await flush(); },
    async close() {
      if (isClosed) return;
      isClosed = true;
      if (looking) clearInterval(looking);
      const written = (async () => {
        await running;
        if (queue.bytes() > 0) await flush();
        await release();
      })();
      let timer: NodeJS.Timeout | null = null;
      await Promise.race([written, new Promise<void>((resolve) => { timer = setTimeout(resolve, CLOSE_MS); })]);
      if (timer) clearTimeout(timer);
      if (retry) clearTimeout(retry);
      queue.drop();
    },
    dropped: queue.dropped,
    waiting: queue.text,
  };
}
