/** Finds lines of a log file by number and level without holding them: the offset and the levels of each block of lines, extended as the file grows. */
import { LOG_LEVELS, type LogLevel } from '../../preload/contract';

/** Read at once; of a longer line only so much is looked at. */
const CHUNK_BYTES = 1024 * 1024;
const BLOCK_LINES = 256;
const NEWLINE = 10;
const [DEBUG, INFO, WARN, ERROR] = [0, 1, 2, 3] as const;

/** An open file, or what is read like one. */
export interface LineSource {
  readonly read: (buffer: Buffer, offset: number, length: number, position: number) => Promise<{ bytesRead: number }>;
  readonly stat: () => Promise<{ ino: number; size: number }>;
  readonly close: () => Promise<void>;
}

/** A whole line lies in `chunk` from `start` to `end`, without its end, and at `at` in the file; false ends the scan. */
type OnLine = (chunk: Buffer, start: number, end: number, level: number, at: number) => boolean;

interface Block {
  readonly offset: number;
  /** Of the line before it: a line without a stamp, such as one of a traceback, has the level of the line above. */
  readonly levelBefore: number;
  /** How many lines of each level. */
  readonly counts: number[];
}

export const rankOf = (level: LogLevel): number => LOG_LEVELS.indexOf(level);

/** `2026-11-23T10:00:00.000Z WARN …` → WARN; without such a stamp, what the line above had. */
function levelAt(chunk: Buffer, start: number, end: number, above: number): number {
  if (end - start < 26 || chunk[start + 4] !== 45 || chunk[start + 10] !== 84 || chunk[start + 23] !== 90 || chunk[start + 24] !== 32) return above;
  switch (String.fromCharCode(chunk[start + 25] ?? 0).toLowerCase()) {
    case 'e': case 'c': case 'f': return ERROR;
    case 'w': return WARN;
    case 'd': case 'v': case 's': return DEBUG;
    default: return INFO;
  }
}

/** Goes over the whole lines from `from` on, before `to`; returns where it came to, and the level there. */
async function scan(file: LineSource, from: number, to: number, levelBefore: number, onLine: OnLine): Promise<{ offset: number; level: number }> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(to - from, 1)));
  let offset = from;
  let level = levelBefore;
  while (offset < to) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - offset), offset);
    const chunk = buffer.subarray(0, bytesRead);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      level = levelAt(chunk, start, end, level);
      if (!onLine(chunk, start, end, level, offset + start)) return { offset: offset + end + 1, level };
      start = end + 1;
    }
    if (start > 0) {
      offset += start;
      continue;
    }
    // No end in sight: a line that is still being written, or a giant.
    const next = bytesRead < CHUNK_BYTES ? null : await endOfLine(file, offset + bytesRead, to);
    if (next === null) break;
    level = levelAt(chunk, 0, bytesRead, level);
    const at = offset;
    offset = next;
    if (!onLine(chunk, 0, bytesRead, level, at)) break;
  }
  return { offset, level };
}

/** Just behind the next line end; null where there is none yet. */
async function endOfLine(file: LineSource, from: number, to: number): Promise<number | null> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let offset = from; offset < to;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, to - offset), offset);
    const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
    if (end >= 0) return offset + end + 1;
    if (bytesRead === 0) return null;
    offset += bytesRead;
  }
  return null;
}

export class LineIndex {
  readonly #blocks: Block[] = [];
  #linesOfLast = BLOCK_LINES;
  #end = 0;
  #level: number = INFO;

  /** Bytes that were looked at: up to the last line end. */
  get end(): number { return this.#end; }

  /** Takes in what was appended before `size`. */
  async extend(file: LineSource, size: number): Promise<void> {
    const { offset, level } = await scan(file, this.#end, size, this.#level, (_chunk, _start, _end, lineLevel, at) => {
      if (this.#linesOfLast === BLOCK_LINES) {
        this.#blocks.push({ offset: at, levelBefore: this.#level, counts: [0, 0, 0, 0] });
        this.#linesOfLast = 0;
      }
      const counts = this.#blocks.at(-1)?.counts;
      if (counts) counts[lineLevel] = (counts[lineLevel] ?? 0) + 1;
      this.#linesOfLast += 1;
      this.#level = lineLevel;
      return true;
    });
    this.#end = offset;
    this.#level = level;
  }

  /** How many lines are of this level and above. */
  total(level: LogLevel): number {
    return this.#blocks.reduce((sum, block) => sum + countOf(block, rankOf(level)), 0);
  }

  /** Goes over the rows of a level and above from row `from` on; blocks without any are not read. */
  async rows(file: LineSource, level: LogLevel, from: number, onRow: (row: number, chunk: Buffer, start: number, end: number, level: number) => boolean): Promise<void> {
    const rank = rankOf(level);
    let row = 0;
    let next = 0;
    for (let block = this.#blocks[next]; block !== undefined; block = this.#blocks[next]) {
      next += 1;
      const count = countOf(block, rank);
      if (count === 0 || row + count <= from) {
        row += count;
        continue;
      }
      // Neighbours are read together.
      for (let beside = this.#blocks[next]; beside !== undefined && countOf(beside, rank) > 0; beside = this.#blocks[next]) next += 1;
      let isWanted = true;
      await scan(file, block.offset, this.#blocks[next]?.offset ?? this.#end, block.levelBefore, (chunk, start, end, lineLevel) => {
        if (lineLevel < rank) return true;
        if (row >= from) isWanted = onRow(row, chunk, start, end, lineLevel);
        row += 1;
        return isWanted;
      });
      if (!isWanted) return;
    }
  }
}

const countOf = (block: Block, rank: number): number => block.counts.reduce((sum, count, level) => (level < rank ? sum : sum + count), 0);
