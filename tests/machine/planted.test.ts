/** The checker is worth something only if it finds bugs: each planted one must be found by the same stories. */
import { lifecycle } from '../../machines/lifecycle';
import { check, RULE_NAMES } from './support/checker';
import { explain, firstBroken, shrink } from './support/judge';
import { PLANTED } from './support/planted';
import { play, storyOf } from './support/story';

const STORIES = 6_000;
const found = new Set<string>();

it.each(Object.keys(PLANTED))('finds: %s', (name) => {
  const machine = PLANTED[name]?.() ?? lifecycle;
  const broken = firstBroken(machine, 1, STORIES);
  expect(broken).not.toBeNull();
  if (broken === null) return;
  for (const { rule } of check(play(machine, storyOf(broken.seed)))) found.add(rule);
});

describe('what no change of the machine can break, the history can', () => {
  const history = play(lifecycle, storyOf(1));
  const statuses = history.flatMap((line, index) => (line.kind === 'status' ? [index] : []));
  const rulesOf = (doctored: typeof history): readonly string[] => check(doctored).map(({ rule }) => rule);
  const third = statuses[2] ?? 0;

  it('is good as it was', () => expect(check(history)).toEqual([]));
  it('a status that was not published', () => expect(rulesOf(history.filter((_, index) => index !== third))).toContain('8 publishes changes'));
  it('a status that was published twice', () => {
    expect(rulesOf(history.flatMap((line, index) => (index === third ? [line, line] : [line])))).toContain('8 publishes changes');
  });
  it('an address while nobody can use it', () => {
    const doctored = history.map((line) => (line.kind === 'status' && line.state === 'starting' ? { ...line, url: 'http://127.0.0.1:8000' } : line));
    expect(rulesOf(doctored)).toContain('8 tells the address');
  });
});

it('every invariant has a rule; that the machine reads no clock, the seventh, is seen in its text', () => {
  const numbers = RULE_NAMES.flatMap((name) => /^\d+/.exec(name)?.[0] ?? []).map(Number);
  expect([...new Set(numbers)].sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10]);
});

it('every rule has found something', () => {
  expect(RULE_NAMES.filter((rule) => !found.has(rule))).toEqual([]);
});

it('a story is the same each time it is played', () => {
  for (let seed = 1; seed <= 50; seed += 1) expect(play(lifecycle, storyOf(seed))).toEqual(play(lifecycle, storyOf(seed)));
});

it('makes a story short and says how to see it again', () => {
  const machine = PLANTED['STOP forgets to end the process']?.() ?? lifecycle;
  const broken = firstBroken(machine, 1, STORIES);
  if (broken === null) throw new Error('not found');
  const short = shrink(machine, broken);
  expect(short.steps.length).toBeLessThanOrEqual(4);
  expect(check(play(machine, short))[0]?.rule).toBe(broken.violation.rule);
  expect(explain(machine, broken)).toContain(`SEED=${broken.seed}`);
});
