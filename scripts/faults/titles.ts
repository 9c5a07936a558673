/** The titles of the tests in a file as its source has them, so that a table can name tests and be held to it. */
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

const GROUPS: ReadonlySet<string> = new Set(['describe']);
const TESTS: ReadonlySet<string> = new Set(['test', 'it']);

/** Full titles: those of the groups around, then the test's own. What is computed stands as `%s`. */
export function titlesIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.py')) return [...text.matchAll(/^\s*def (test_\w+)\(/gm)].map(([, name = '']) => name);
  const found: string[] = [];
  walk(parseSync(text, { syntax: 'typescript', tsx: file.endsWith('x'), target: 'es2022' }), [], found);
  return found;
}

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function walk(node: unknown, groups: readonly string[], found: string[]): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, groups, found);
    return;
  }
  if (!isNode(node)) return;
  const name = node['type'] === 'CallExpression' ? nameOf(node['callee']) : null;
  const title = name === null ? null : titleOf(node['arguments']);
  if (name !== null && title !== null && TESTS.has(name)) found.push(plainTitle([...groups, title].join(' ')));
  const inside = name !== null && title !== null && GROUPS.has(name) ? [...groups, title] : groups;
  for (const value of Object.values(node)) walk(value, inside, found);
}

/** `test`, `test.only`, `test.each(…)` are all "test"; null for what is none. */
function nameOf(callee: unknown): string | null {
  if (!isNode(callee)) return null;
  switch (callee['type']) {
    case 'Identifier': return typeof callee['value'] === 'string' ? callee['value'] : null;
    case 'MemberExpression': return nameOf(callee['object']);
    case 'CallExpression': return nameOf(callee['callee']);
    default: return null;
  }
}

function titleOf(given: unknown): string | null {
  const [first] = Array.isArray(given) ? given as unknown[] : [];
  const expression = isNode(first) ? first['expression'] : null;
  if (!isNode(expression)) return null;
  if (expression['type'] === 'StringLiteral') return String(expression['value']);
  if (expression['type'] !== 'TemplateLiteral' || !Array.isArray(expression['quasis'])) return null;
  return (expression['quasis'] as Node[]).map(({ cooked }) => String(cooked)).join('%s');
}

/** Without what is said of the requirements. */
export const plainTitle = (title: string): string => title.replace(/^(Scenario: |Towards )/, '');

/** Whether a reported title came from this one. Python adds its parameters in brackets. */
export function isFrom(title: string, reported: string, file: string): boolean {
  if (file.endsWith('.py')) return reported === title || reported.startsWith(`${title}[`);
  const pattern = title.split(/%[a-z#]|\$[\w.]+/).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[\\s\\S]*');
  return new RegExp(`^${pattern}$`).test(plainTitle(reported));
}
