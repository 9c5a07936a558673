/** A byte stream is cut into the same whole lines, whatever the chunks. */
import * as fc from 'fast-check';
import { createLineSplitter, CUT_MARK, MAX_LINE_LENGTH } from '../../main/backend/lines';

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((text) => { lines.push(...text.slice(0, -1).split('\n')); });
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}
const bytewise = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

test('characters of several bytes survive any cut', () => {
  expect(linesOf(bytewise('é♪🎵\nGrüße\n'))).toEqual(['é♪🎵', 'Grüße']);
});

test('line ends of both kinds, empty lines, and a last line without an end', () => {
  expect(linesOf([Buffer.from('a\r\n\nb\rc\nlast')])).toEqual(['a', '', 'b\rc', 'last']);
  expect(linesOf([])).toEqual([]);
  expect(linesOf([Buffer.from('\n')])).toEqual(['']);
});

test('a NUL is shown, since it would end the line for many viewers', () => {
  expect(linesOf([Buffer.from('a\0b\n')])).toEqual(['a␀b']);
});

test('a line of 10 MB is cut and marked, and the next line is whole', () => {
  const flood = Buffer.alloc(64 * 1024, 'x');
  const lines = linesOf([...Array.from({ length: 160 }, () => flood), Buffer.from('\nnext\n')]);
  expect(lines.map((line) => line.length)).toEqual([MAX_LINE_LENGTH + CUT_MARK.length, 4]);
  expect(lines[0]?.endsWith(CUT_MARK)).toBe(true);
  expect(lines[1]).toBe('next');
});

test('a flood without any line end is told at once, not at its end', () => {
  const lines: string[] = [];
  createLineSplitter((text) => { lines.push(...text.slice(0, -1).split('\n')); }).write(Buffer.alloc(MAX_LINE_LENGTH + 1, 'x'));
  expect(lines).toHaveLength(1);
});

test('a line of the greatest length is whole', () => {
  const line = 'x'.repeat(MAX_LINE_LENGTH);
  expect(linesOf([Buffer.from(`${line}\n`)])).toEqual([line]);
});

test('the cut never halves a character', () => {
  const [line = ''] = linesOf([Buffer.from(`${'x'.repeat(MAX_LINE_LENGTH - 1)}🎵🎵\n`)]);
  expect(line).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  expect(line.startsWith('xxx')).toBe(true);
});

test('a second end adds nothing', () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((text) => { lines.push(...text.slice(0, -1).split('\n')); });
  splitter.write(Buffer.from('half'));
  splitter.end();
  splitter.end();
  expect(lines).toEqual(['half']);
});

test('any chunking gives the same lines', () => {
  const text = fc.array(fc.oneof(
    fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', '\0', '\r', '🎵'),
    fc.nat({ max: 3 }).map((extra) => 'y'.repeat(MAX_LINE_LENGTH - 1 + extra)),
  ), { maxLength: 12 }).map((parts) => Buffer.from(parts.join('')));
  fc.assert(fc.property(text, fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 20 }), (bytes, sizes) => {
    const chunks: Buffer[] = [];
    let offset = 0;
    for (const size of sizes) {
      chunks.push(bytes.subarray(offset, offset + size));
      offset += size;
    }
    chunks.push(bytes.subarray(offset));
    expect(linesOf(chunks)).toEqual(linesOf([bytes]));
  }), { numRuns: 100 });
});
