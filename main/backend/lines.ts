/** Cuts a byte stream into whole lines, whatever the chunks: split UTF-8, NUL bytes, lines without an end. */
import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut here and marked, so that a flood without line ends can't fill the memory. */
export const MAX_LINE_LENGTH = 64 * 1024;
export const CUT_MARK = ' …[line cut]';

export interface LineSplitter {
  write: (chunk: Buffer) => void;
  /** Gives what stands after the last line end, with one; later calls do nothing. */
  end: () => void;
}

/** `onLines` gets whole lines, each with its end, as many as there are: one at a time they would cost more than all else that is done with them. */
export function createLineSplitter(onLines: (lines: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  /** The beginning of this line was told already. */
  let isCutting = false;
  let hasEnded = false;

  function take(text: string): void {
    let from = 0;
    if (isCutting) {
      from = text.indexOf('\n') + 1;
      if (from === 0) return;
      isCutting = false;
    }
    const end = text.lastIndexOf('\n') + 1;
    if (end > from) {
      onLines(clean(bounded(rest + text.slice(from, end))));
      rest = '';
      from = end;
    }
    rest += text.slice(from);
    if (rest.length > MAX_LINE_LENGTH) {
      onLines(clean(`${cut(rest)}\n`));
      rest = '';
      isCutting = true;
    }
  }

  return {
    write: (chunk) => { take(decoder.write(chunk)); },
    end: () => {
      if (hasEnded) return;
      hasEnded = true;
      take(decoder.end());
      if (rest !== '') onLines(clean(`${rest}\n`));
      rest = '';
    },
  };
}

/** The same lines, none of them too long. */
function bounded(lines: string): string {
  for (let start = 0; start < lines.length;) {
    const end = lines.lastIndexOf('\n', start + MAX_LINE_LENGTH);
    if (end < start) return lines.split('\n').map((line) => (line.length > MAX_LINE_LENGTH ? cut(line) : line)).join('\n');
    start = end + 1;
  }
  return lines;
}

/** Between two characters: half of a surrogate pair would be written as U+FFFD. */
function cut(line: string): string {
  const length = /[\uD800-\uDBFF]/.test(line.charAt(MAX_LINE_LENGTH - 1)) ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH;
  return line.slice(0, length) + CUT_MARK;
}

/** A carriage return before the line end is part of the line end; a NUL would end the line for many viewers. */
const clean = (lines: string): string => lines.replaceAll('\r\n', '\n').replaceAll('\0', '␀');
