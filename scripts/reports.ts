/** Reads what test programs report: Jest's JSON and pytest's JUnit XML. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './setup/paths.mjs';

export interface TestResult {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it failed. */
  readonly message?: string;
  /** Requirement scenarios named beside the title. */
  readonly scenarios?: readonly string[];
}

export interface Outcome {
  readonly tests: readonly TestResult[];
}

export function countOf({ tests }: Outcome, state: TestResult['state']): number {
  return tests.filter((test) => test.state === state).length;
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages: readonly string[] | null }[];
  }[];
}

/** Undefined when there is no report. A file that could not run at all counts as one failed test. */
export function jestOutcome(file: string): Outcome | undefined {
  if (!fs.existsSync(file)) return undefined;
  const report = JSON.parse(fs.readFileSync(file, 'utf8')) as JestReport;
  return {
    tests: report.testResults.flatMap(({ name, status, message, assertionResults }): TestResult[] => {
      const source = relative(name);
      const tests = assertionResults.map(({ fullName, status: state, failureMessages }): TestResult => ({
        file: source,
        title: fullName,
        state: state === 'passed' || state === 'failed' ? state : 'skipped',
        ...(state === 'failed' && { message: plain((failureMessages ?? []).join('\n')) }),
      }));
      const broken = status === 'failed' && !tests.some(({ state }) => state === 'failed');
      return broken ? [...tests, { file: source, title: '(the file itself)', state: 'failed', message: plain(message) }] : tests;
    }),
  };
}

/** Undefined when there is no report. */
export function junitOutcome(file: string): Outcome | undefined {
  if (!fs.existsSync(file)) return undefined;
  const cases = fs.readFileSync(file, 'utf8').matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs);
  return {
    tests: [...cases].map(([, head = '', body = '']): TestResult => {
      const scenarios = [...body.matchAll(/<property\b([^>]*?)\/>/g)]
        .filter(([, property = '']) => attribute(property, 'name') === 'scenario')
        .map(([, property = '']) => attribute(property, 'value'));
      const trouble = /<(failure|error)\b([^>]*?)(?:\/>|>(.*?)<\/\1>)/s.exec(body);
      return {
        file: sourceOf(head),
        title: attribute(head, 'name'),
        state: trouble ? 'failed' : body.includes('<skipped') ? 'skipped' : 'passed',
        ...(trouble && { message: decode(trouble[3] ?? attribute(trouble[2] ?? '', 'message')) }),
        ...(scenarios.length > 0 && { scenarios }),
      };
    }),
  };
}

/** pytest names files as seen from its own folder, or as a dotted module. */
function sourceOf(head: string): string {
  const file = attribute(head, 'file') || `${attribute(head, 'classname').split('.').join('/')}.py`;
  return path.posix.normalize(`backend-spec/${file}`);
}

function attribute(head: string, name: string): string {
  return decode(new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[name ?? ''] ?? all;
  });
}

function relative(file: string): string {
  return path.relative(ROOT, file).split(path.sep).join('/');
}

/** Without colours, and without the places inside of packages that a stack goes through. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- colours
  return text.replace(/\x1b\[[0-9;]*m/g, '').replace(/^ +at .*node_modules.*\n?/gm, '');
}
