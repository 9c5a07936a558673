/** The tracing of requirements: what counts as a test of a scenario, and what fails CI. */
import { parseRequirements, parseStates, regressions, render, scenariosOf, trace } from '../../scripts/requirements';
import type { TestResult } from '../../scripts/reports';

const MARKDOWN = `
# Title
### Requirement: Life
#### Scenario: Starts
- **WHEN** something
#### Scenario: Starts again (macOS)
### Requirement: Death
#### Scenario: Stops a | b
`;
const requirements = parseRequirements(MARKDOWN);
const known = requirements.flatMap(({ scenarios }) => scenarios);

function result(title: string, state: TestResult['state'] = 'passed', file = 'tests/unit/a.test.ts'): TestResult {
  return { file, title, state };
}
const statesOf = (tests: readonly TestResult[]) => Object.fromEntries(trace(requirements, tests).map(({ scenario, state }) => [scenario, state]));

test('reads the scenarios of each requirement in their order', () => {
  expect(requirements).toEqual([
    { name: 'Life', scenarios: ['Starts', 'Starts again (macOS)'] },
    { name: 'Death', scenarios: ['Stops a | b'] },
  ]);
});

describe('a test belongs to', () => {
  it.each([
    ['no scenario that it does not name', 'just a test', []],
    ['the one it names', 'Scenario: Starts: on time', ['Starts']],
    ['the longest name that fits', 'suite Scenario: Starts again (macOS) works', ['Starts again (macOS)']],
    ['each of several', 'Scenario: Starts, Scenario: Stops a | b', ['Starts', 'Stops a | b']],
  ])('%s', (_name, title, expected) => {
    expect(scenariosOf(result(title), known)).toEqual(expected);
  });

  test('what is named beside its title', () => {
    expect(scenariosOf({ ...result('test_it'), scenarios: ['Starts'] }, known)).toEqual(['Starts']);
  });

  test('nothing, loudly, when the name is unknown', () => {
    expect(() => scenariosOf(result('Scenario: Strats'), known)).toThrow('"Strats" is no scenario');
  });
});

describe('a scenario is', () => {
  it.each([
    ['open without tests', [], 'open'],
    ['open when its tests are skipped', [result('Scenario: Starts', 'skipped')], 'open'],
    ['passed when all pass', [result('Scenario: Starts'), result('Scenario: Starts, too')], 'passed'],
    ['failed when one fails', [result('Scenario: Starts'), result('Scenario: Starts, too', 'failed')], 'failed'],
  ])('%s', (_name, tests, expected) => {
    expect(statesOf(tests)).toMatchObject({ Starts: expected });
  });
});

describe('the page', () => {
  const tests = [result('Scenario: Starts on <time>', 'passed', 'tests/b.test.ts'), result('Scenario: Starts | Scenario: Stops a | b', 'failed', 'tests/a.test.ts')];

  test('is the same whatever the order in which tests finished', () => {
    expect(render(trace(requirements, tests))).toBe(render(trace(requirements, [...tests].reverse())));
  });

  test('tells counts, files and titles, and escapes what a table would swallow', () => {
    const page = render(trace(requirements, tests));
    expect(page).toContain('**3 scenarios: 0 passed, 2 failed, 1 open.**');
    expect(page).toContain('| Starts | `tests/a.test.ts`: Scenario: Starts \\| Scenario: Stops a \\| b<br>`tests/b.test.ts`: Scenario: Starts on &lt;time> | failed |');
    expect(page).toContain('| Starts again (macOS) |  | open |');
  });

  test('can be read back', () => {
    const page = render(trace(requirements, [result('Scenario: Stops a | b')]));
    expect([...parseStates(page)]).toEqual([['Starts', 'open'], ['Starts again (macOS)', 'open'], ['Stops a \\| b', 'passed']]);
  });
});

describe('a regression is', () => {
  const passedBefore = parseStates(render(trace(requirements, [result('Scenario: Starts'), result('Scenario: Stops a | b')])));

  test('what passed and now fails, and what lost its tests', () => {
    const rows = trace(requirements, [result('Scenario: Starts', 'failed')]);
    expect(regressions(passedBefore, rows)).toEqual(['"Starts" passed before and is failed now', '"Stops a | b" passed before and is open now']);
  });

  test('not what passes, nor what never did', () => {
    const rows = trace(requirements, [result('Scenario: Starts'), result('Scenario: Stops a | b'), result('Scenario: Starts again (macOS)', 'failed')]);
    expect(regressions(passedBefore, rows)).toEqual([]);
  });
});
