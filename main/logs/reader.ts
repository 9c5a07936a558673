/** Serves the log files to the window, by plain name and in small parts, also while they grow, and whether a backend lives or not. */
import { createHash } from 'node:crypto';
import { readdir, lstat } from 'node:fs/promises';
import path from 'node:path';
import { LOG_LEVELS, type LogHit, type LogPage, type LogSource, type LogView } from '../../preload/contract';
import { openInside } from '../inside';
import { LineIndex, type LineSource } from './lineIndex';

/** Of a longer line the window shows so much. */
const SHOWN_BYTES = 4_096;
const MORE = ' …';
const LOG_FILE = /^\w[\w.-]*\.log$/;
/** `backend.2026-11-23.1.log`: its day is over, or it was full. */
const ROTATED = /\.\d{4}-\d\d-\d\d(\.\d+)?\.log$/;

/** The name under which lines are served that wait for the disk. */
const WAITING = 'waiting.log';

export interface LogReader {
  readonly list: () => Promise<LogSource[]>;
  readonly read: (view: LogView, from: number, count: number) => Promise<LogPage>;
  readonly find: (view: LogView, query: string, from: number, direction: 'next' | 'previous') => Promise<LogHit>;
}

/** One file as it was when it was looked at last. */
interface Known {
  readonly inode: number;
  readonly version: number;
  readonly index: LineIndex;
}

/** The rows of a view that hold a text. */
interface Search {
  readonly key: string;
  readonly rows: number[];
  /** Rows that were looked at. */
  seen: number;
}

/** What waits for the disk is read as if it were a file. */
function openText(text: string): LineSource {
  const bytes = Buffer.from(text);
  return {
    read: async (buffer, offset, length, position) => ({ bytesRead: bytes.copy(buffer, offset, position, position + length) }),
    stat: async () => ({ ino: createHash('sha256').update(text).digest().readUIntBE(0, 6), size: bytes.length }),
    close: async () => {},
  };
}

/** `waiting` gives the lines that no file has yet. */
export function createLogReader(folder: string, waiting: () => string = () => ''): LogReader {
  const known = new Map<string, Known>();
  let versions = 0;
  let search: Search = { key: '', rows: [], seen: 0 };
  /** One after the other: they extend the same index. */
  let queue: Promise<unknown> = Promise.resolve();

  /** Opens the file, and brings its index up to date; one that is another file, or was cut, is begun anew. */
  async function withFile<T>(name: string, work: (file: LineSource, known: Known) => Promise<T>): Promise<T> {
    const file = name === WAITING ? openText(waiting()) : await openInside(folder, name);
    try {
      const { ino, size } = await file.stat();
      let entry = known.get(name);
      if (entry?.inode !== ino || size < entry.index.end) {
        entry = { inode: ino, version: (versions += 1), index: new LineIndex() };
        known.set(name, entry);
      }
      await entry.index.extend(file, size);
      return await work(file, entry);
    } finally {
      await file.close();
    }
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => {});
    return result;
  };

  return {
    list: async () => {
      const names = (await readdir(folder).catch((): string[] => [])).filter((name) => LOG_FILE.test(name) && name !== WAITING);
      const sources = await Promise.all(names.map(async (name): Promise<LogSource[]> => {
        try {
          const stats = await lstat(path.join(folder, name));
          return stats.isFile() ? [{ name, bytes: stats.size, changedAt: stats.mtimeMs, current: !ROTATED.test(name) }] : [];
        } catch {
          // It was rotated or removed meanwhile.
          return [];
        }
      }));
      const text = waiting();
      const unwritten: LogSource[] = text === '' ? [] : [{ name: WAITING, bytes: Buffer.byteLength(text), changedAt: Date.now(), current: true }];
      return [...unwritten, ...sources.flat()].sort((one, other) =>
        Number(other.current) - Number(one.current) || (one.current ? one.name.localeCompare(other.name) : other.changedAt - one.changedAt));
    },

    read: async ({ source, level }, from, count) => await inTurn(async () => await withFile(source, async (file, { index, version }) => {
      const lines: LogPage['lines'][number][] = [];
      if (count > 0) {
        await index.rows(file, level, from, (_row, chunk, start, end, rank) => {
          lines.push({ level: LOG_LEVELS[rank] ?? 'info', text: textOf(chunk, start, end) });
          return lines.length < count;
        });
      }
      return { version, total: index.total(level), lines };
    })),

    find: async ({ source, level }, query, from, direction) => await inTurn(async () => await withFile(source, async (file, { index, version }) => {
      const key = JSON.stringify([source, version, level, query]);
      if (search.key !== key) search = { key, rows: [], seen: 0 };
      const { rows } = search;
      const wanted = query.toLowerCase();
      await index.rows(file, level, search.seen, (row, chunk, start, end) => {
        if (chunk.toString('utf8', start, end).toLowerCase().includes(wanted)) rows.push(row);
        search.seen = row + 1;
        return true;
      });
      if (rows.length === 0) return { version, row: null, nth: 0, matches: 0 };
      const after = lowerBound(rows, from);
      const nth = direction === 'next' ? after % rows.length : (after + rows.length - 1) % rows.length;
      return { version, row: rows[nth] ?? null, nth: nth + 1, matches: rows.length };
    })),
  };
}

/** Index of the first number that is not below `least`. */
function lowerBound(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textOf(chunk: Buffer, start: number, end: number): string {
  if (end - start <= SHOWN_BYTES) return chunk.toString('utf8', start, end).replace(/\r$/, '');
  let cut = start + SHOWN_BYTES;
  // Not within a character.
  while (((chunk[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
  return chunk.toString('utf8', start, cut) + MORE;
}
