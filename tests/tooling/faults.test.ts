/** The table of faults is whole, and each test that it names is there under that name. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { outcomeOf } from '../../scripts/faults/results';
import { isFrom, titlesIn } from '../../scripts/faults/titles';
import { FAULTS } from '../faults/table';

const ROOT = path.resolve(__dirname, '../..');
const all = FAULTS.flatMap(({ number, levels }) => Object.entries(levels).flatMap(([level, evidence]) => evidence.map((one) => ({ number, level, evidence: one }))));
const titles = new Map<string, readonly string[]>();
const titlesOf = (file: string): readonly string[] => {
  const known = titles.get(file) ?? (existsSync(path.join(ROOT, file)) ? titlesIn(path.join(ROOT, file)) : []);
  titles.set(file, known);
  return known;
};

test('no row is missing, and each says what must come of it', () => {
  expect(FAULTS.map(({ number }) => number)).toEqual(Array.from({ length: 53 }, (_, index) => index + 1));
  expect(FAULTS.filter(({ fault, expected }) => fault === '' || expected === '')).toEqual([]);
});

test('each row has a level, each level has a test or a reason why not', () => {
  expect(FAULTS.filter(({ levels }) => Object.keys(levels).length === 0).map(({ number }) => number)).toEqual([]);
  expect(FAULTS.filter(({ levels }) => Object.values(levels).some((evidence) => evidence.length === 0)).map(({ number }) => number)).toEqual([]);
  expect(all.filter(({ evidence }) => 'open' in evidence && evidence.open.length < 10)).toEqual([]);
});

test('each test that is named is there, once', () => {
  const wrong = all.flatMap(({ number, level, evidence }) => {
    if ('open' in evidence) return [];
    const count = titlesOf(evidence.file).filter((title) => title === evidence.title).length;
    return count === 1 ? [] : [`${number} ${level}: ${evidence.file} has ${count} times "${evidence.title}"`];
  });
  expect(wrong).toEqual([]);
});

describe('a row is', () => {
  const result = (title: string, passed = true) => ({ file: 'a.test.ts', title, passed, ms: 5 });
  const named = { file: 'a.test.ts', title: 'falls %i times' };
  test('passed with the sum of its times', () => {
    expect(outcomeOf([named], [result('falls 1 times'), result('falls 2 times'), result('rises')])).toEqual({ state: 'passed', ms: 10, why: '' });
  });
  test('failed when one of its tests failed, or did not run', () => {
    expect(outcomeOf([named, { open: 'the rest' }], [result('falls 1 times'), result('falls 2 times', false)])).toMatchObject({ state: 'failed', why: 'a.test.ts: falls %i times' });
    expect(outcomeOf([named], [result('rises')])).toMatchObject({ state: 'failed', ms: null });
  });
  test('open when a part of it is', () => {
    expect(outcomeOf([named, { open: 'the rest' }], [result('falls 1 times')])).toEqual({ state: 'open', ms: 5, why: 'the rest' });
  });
});

describe('titles', () => {
  test('are read with their groups, with `each`, and with what is computed', () => {
    expect(titlesOf('tests/process/random-faults.test.ts')).toEqual(expect.arrayContaining(['the judge of random lives finds %s']));
    expect(titlesOf('tests/process/random-faults.test.ts')[0]).toMatch(/^%s random commands/);
    expect(titlesOf('backend-spec/tests/test_end.py')).toContain('test_an_orphan_at_birth_leaves');
  });
  test.each([
    ['exit %i is fatal (%s)', 'exit 65 is fatal (database)', 'a.test.ts', true],
    ['exit %i is fatal (%s)', 'exit 65 is fine (database)', 'a.test.ts', false],
    ['the page is $name', 'the page is white', 'a.test.ts', true],
    ['test_a', 'test_a[b-c]', 'test_x.py', true],
    ['test_a', 'test_ab', 'test_x.py', false],
  ])('%s and %s', (title, reported, file, expected) => {
    expect(isFrom(title, reported, file)).toBe(expected);
  });
});
