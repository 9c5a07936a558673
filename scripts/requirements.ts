/** Writes docs/requirements.md: for each scenario of the requirements the tests that name it, and whether they pass. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { TestResult } from './reports.ts';
import { ROOT } from './setup/paths.mjs';
import { SUITES } from './suites.ts';

const SOURCE = 'docs/requirements/desktop-backend-integration.md';
const TARGET = 'docs/requirements.md';

export type State = 'passed' | 'failed' | 'open';
export interface Requirement {
  readonly name: string;
  readonly scenarios: readonly string[];
}
export interface Row {
  readonly requirement: string;
  readonly scenario: string;
  readonly tests: readonly TestResult[];
  readonly state: State;
}

/** The requirements with their scenarios, in the order of the document. */
export function parseRequirements(markdown: string): Requirement[] {
  const found: { name: string; scenarios: string[] }[] = [];
  for (const [, kind, name = ''] of markdown.matchAll(/^#{3,4} (Requirement|Scenario): (.+?)\s*$/gm)) {
    if (kind === 'Requirement') found.push({ name, scenarios: [] });
    else found.at(-1)?.scenarios.push(name);
  }
  return found;
}

/** The scenarios that a test names, in its title or beside it. Throws for a name that the requirements do not know: it would be lost in silence. */
export function scenariosOf(test: TestResult, known: readonly string[]): string[] {
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  const named = test.title.split('Scenario: ').slice(1).concat(test.scenarios ?? []);
  return named.map((rest) => {
    const scenario = longestFirst.find((name) => rest.startsWith(name));
    if (scenario === undefined) throw new Error(`${test.file}: "${rest}" is no scenario of ${SOURCE}`);
    return scenario;
  });
}

/** One row for each scenario. Skipped tests prove nothing and are left out. */
export function trace(requirements: readonly Requirement[], tests: readonly TestResult[]): Row[] {
  const known = requirements.flatMap(({ scenarios }) => scenarios);
  const naming = tests.filter(({ state }) => state !== 'skipped').map((test) => ({ test, names: scenariosOf(test, known) }));
  return requirements.flatMap(({ name, scenarios }) => scenarios.map((scenario): Row => {
    const own = naming.filter(({ names }) => names.includes(scenario)).map(({ test }) => test)
      .sort((a, b) => compare(a.file, b.file) || compare(a.title, b.title));
    const state = own.length === 0 ? 'open' : own.some((test) => test.state === 'failed') ? 'failed' : 'passed';
    return { requirement: name, scenario, tests: own, state };
  }));
}

/** The page. The same rows give the same text, wherever and whenever. */
export function render(rows: readonly Row[]): string {
  const requirements = [...new Set(rows.map(({ requirement }) => requirement))];
  const count = (state: State) => rows.filter((row) => row.state === state).length;
  return [
    '# Requirements and their tests',
    '',
    `Written by \`npm test\` from [the requirements](requirements/${path.posix.basename(SOURCE)}) and the reports of all suites; do not edit.`,
    'A test belongs to a scenario when its title says `Scenario: <name>`.',
    '',
    `**${rows.length} scenarios: ${count('passed')} passed, ${count('failed')} failed, ${count('open')} open.**`,
    ...requirements.flatMap((requirement) => [
      '',
      `## ${requirement}`,
      '',
      '| Scenario | Tests | State |',
      '|---|---|---|',
      ...rows.filter((row) => row.requirement === requirement)
        .map(({ scenario, tests, state }) => `| ${cell(scenario)} | ${tests.map(describe).join('<br>')} | ${state} |`),
    ]),
    '',
  ].join('\n');
}

/** The states that an earlier page tells. */
export function parseStates(page: string): Map<string, State> {
  const rows = page.matchAll(/^\| (.+?) \| .*\| (passed|failed|open) \|$/gm);
  return new Map([...rows].map(([, scenario = '', state]) => [scenario, state as State]));
}

/** The scenarios that passed once and do not any more. */
export function regressions(before: ReadonlyMap<string, State>, rows: readonly Row[]): string[] {
  return rows.filter(({ scenario, state }) => state !== 'passed' && before.get(cell(scenario)) === 'passed')
    .map(({ scenario, state }) => `"${scenario}" passed before and is ${state} now`);
}

/** Brings the page up to date, or in CI checks that it is; resolves with what is wrong, one sentence each. */
export function updateRequirements(tests: readonly TestResult[], { ci }: { ci: boolean }): string[] {
  let rows;
  try {
    rows = trace(parseRequirements(fs.readFileSync(path.join(ROOT, SOURCE), 'utf8')), tests);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const page = render(rows);
  const file = path.join(ROOT, TARGET);
  const current = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const wrong = regressions(parseStates(committed() ?? current), rows);
  if (page === current) return wrong;
  if (ci) return [...wrong, `${TARGET} is stale: run \`npm test\` and commit it`];
  fs.writeFileSync(file, page);
  process.stderr.write(`${TARGET} was brought up to date; commit it.\n`);
  return wrong;
}

/** The page as last committed: a rewritten file must not hide what it lost. */
function committed(): string | undefined {
  const { status, stdout } = spawnSync('git', ['show', `HEAD:${TARGET}`], { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function describe({ file, title }: TestResult): string {
  return `\`${file}\`: ${cell(title)}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ').trim();
}

/** By code units: what a locale thinks differs between machines. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

if (import.meta.main) {
  const tests = SUITES.flatMap((suite) => {
    if (suite.read === undefined) return [];
    const outcome = suite.read();
    if (outcome === undefined) throw new Error(`There is no report of the suite "${suite.name}"; run \`npm test\`.`);
    return outcome.tests;
  });
  const wrong = updateRequirements(tests, { ci: process.env.CI !== undefined });
  for (const line of wrong) process.stderr.write(`${line}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
