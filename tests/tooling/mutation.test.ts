/** How a mutation run is judged: each survivor wants an explanation, each explanation a survivor. */
import { judge, type MutatedFile } from '../../scripts/mutation/verdict';

const SOURCE = 'const first = 1;\n  const second = first + (\n    1\n  );\n';
/** A mutant that replaces `from` by `to`. */
function mutant(status: string, from: string, to: string): MutatedFile['mutants'][number] {
  const place = (offset: number) => ({ line: SOURCE.slice(0, offset).split('\n').length, column: offset - SOURCE.lastIndexOf('\n', offset - 1) });
  const at = SOURCE.indexOf(from);
  return { status, mutatorName: 'Test', replacement: to, location: { start: place(at), end: place(at + from.length) } };
}
const judged = (...mutants: MutatedFile['mutants']) => (survivors: Parameters<typeof judge>[1] = []) => judge({ 'a.ts': { source: SOURCE, mutants } }, survivors);
const explained = { file: 'a.ts', line: 'const second = first + ( 1 );', mutant: 'const second = first - ( 1 );', why: 'nobody asks' };

test('counts what the tests noticed against what they did not', () => {
  const { counts, score } = judged(mutant('Killed', '1', '2'), mutant('Timeout', '1', '3'), mutant('Survived', '1', '4'), mutant('NoCoverage', '1', '5'), mutant('RuntimeError', '1', '6'))();
  expect(counts).toEqual({ killed: 1, timedOut: 1, survived: 2, invalid: 1 });
  expect(score).toBe(50);
});

test('shows a survivor as the line before and after, several lines as one', () => {
  expect(judged(mutant('Survived', 'first + (\n    1\n  )', 'first - (\n    1\n  )'))().unexplained).toEqual([{ file: 'a.ts', line: explained.line, mutant: explained.mutant }]);
  expect(judged(mutant('NoCoverage', '1', '2'))().unexplained).toEqual([{ file: 'a.ts', line: 'const first = 1;', mutant: 'const first = 2;' }]);
});

test('lets an explanation stand for one survivor, not for two of the same words', () => {
  const same = mutant('Survived', 'first + (\n    1\n  )', 'first - (\n    1\n  )');
  expect(judged(same)([explained])).toMatchObject({ unexplained: [], stale: [] });
  expect(judged(same, same)([explained]).unexplained).toHaveLength(1);
  expect(judged(same)([explained]).score).toBe(0);
});

test('finds explanations that nothing survives for; those of files that did not run are left alone', () => {
  expect(judged(mutant('Killed', 'first + (\n    1\n  )', 'first - (\n    1\n  )'))([explained]).stale).toEqual([explained]);
  expect(judged()([{ ...explained, file: 'b.ts' }]).stale).toEqual([]);
});
