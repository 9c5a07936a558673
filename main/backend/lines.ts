/** Cuts a byte stream into whole lines, whatever the chunks: split UTF-8, NUL bytes, lines without an end. */
import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut here and marked, so that a flood without line ends can't fill the memory. */
export const MAX_LINE_LENGTH = 64 * 1024;
export const CUT_MARK = ' …[line cut]';

export interface LineSplitter {
  write: (chunk: Buffer) => void;
  /** Gives what stands after the last line end; later calls do nothing. */
  end: () => void;
}

export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let cutting = false;
  let ended = false;

  function take(text: string): void {
    const parts = text.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      const line = rest + part;
      rest = '';
      if (cutting) cutting = false;
      else onLine(clean(line.length > MAX_LINE_LENGTH ? cut(line) : line));
    }
    if (cutting) return;
    rest += last;
    if (rest.length > MAX_LINE_LENGTH) {
      onLine(clean(cut(rest)));
      rest = '';
      cutting = true;
    }
  }

  return {
    write: (chunk) => { take(decoder.write(chunk)); },
    end: () => {
      if (ended) return;
      ended = true;
      take(decoder.end());
      if (rest !== '') onLine(clean(rest));
      rest = '';
    },
  };
}

/** Between two characters: half of a surrogate pair would be written as U+FFFD. */
function cut(line: string): string {
  const length = /[\uD800-\uDBFF]/.test(line.charAt(MAX_LINE_LENGTH - 1)) ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH;
  return line.slice(0, length) + CUT_MARK;
}

/** A carriage return before the line end is part of the line end; a NUL would end the line for many viewers. */
const clean = (line: string): string => line.replace(/\r$/, '').replaceAll('\0', '␀');
