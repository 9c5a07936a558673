/** Lines that wait for the disk, in a few blocks of memory that are used again and again: texts that wait would make the app grow by what a flood leaves to the collector of garbage. */

const BLOCK_BYTES = 256 * 1024;
const BYTES_A_UNIT = 3;
const NEWLINE = 10;

export interface LineQueue {
  /** Takes whole lines, each with its end. Where there is no room the oldest go, since the last ones tell what happened. */
  readonly push: (lines: string) => void;
  /** The oldest bytes, for writing; they stay until they are consumed. Null where nothing waits. */
  readonly front: () => Buffer | null;
  /** So many bytes of the front are on the disk. */
  readonly consume: (count: number) => void;
  readonly text: () => string;
  readonly bytes: () => number;
  /** Lines that were thrown away since the start. */
  readonly dropped: () => number;
  /** Throws away all that waits, and counts it. */
  readonly drop: () => void;
}

interface Block {
  readonly memory: Buffer;
  start: number;
  end: number;
}

export function createLineQueue(maxBytes: number): LineQueue {
  let blocks: Block[] = [];
  let spare: Block | null = null;
  let bytes = 0;
  let dropped = 0;
  /** The front is being written: it may not be thrown away. */
  let isOut = false;

  function roomFor(count: number): Block {
    const last = blocks.at(-1);
    if (last !== undefined && last.memory.length - last.end >= count) return last;
    const block = spare !== null && count <= BLOCK_BYTES ? spare : { memory: Buffer.allocUnsafeSlow(Math.max(count, BLOCK_BYTES)), start: 0, end: 0 };
    if (block === spare) spare = null;
    blocks.push(block);
    return block;
  }
  function release(block: Block): void {
    [block.start, block.end] = [0, 0];
    if (block.memory.length === BLOCK_BYTES) spare = block;
  }
  function throwAway(block: Block): void {
    for (let at = block.memory.indexOf(NEWLINE, block.start); at >= 0 && at < block.end; at = block.memory.indexOf(NEWLINE, at + 1)) dropped += 1;
    bytes -= block.end - block.start;
  }

  return {
    push: (lines) => {
      const most = lines.length * BYTES_A_UNIT;
      const block = roomFor(most <= BLOCK_BYTES / 2 ? most : Buffer.byteLength(lines));
      const count = block.memory.write(lines, block.end);
      block.end += count;
      bytes += count;
      while (bytes > maxBytes && blocks.length > (isOut ? 2 : 1)) {
        const [oldest] = blocks.splice(isOut ? 1 : 0, 1);
        if (oldest === undefined) break;
        throwAway(oldest);
        release(oldest);
      }
    },
    front: () => {
      const [block] = blocks;
      isOut = block !== undefined && block.end > block.start;
      return block === undefined || !isOut ? null : block.memory.subarray(block.start, block.end);
    },
    consume: (count) => {
      isOut = false;
      const [block] = blocks;
      if (block === undefined) return;
      block.start += count;
      bytes -= count;
      if (block.start < block.end) return;
      blocks.shift();
      release(block);
    },
    text: () => blocks.map(({ memory, start, end }) => memory.toString('utf8', start, end)).join(''),
    bytes: () => bytes,
    dropped: () => dropped,
    drop: () => {
      for (const block of blocks) throwAway(block);
      blocks = [];
      isOut = false;
    },
  };
}
