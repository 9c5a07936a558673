/** The suites of `npm test`: what each runs, and which of them can't share the machine. */
import path from 'node:path';
import { jestOutcome, junitOutcome, type Outcome } from './reports.ts';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Relative to the project. */
  readonly cwd?: string;
}

export interface Suite {
  readonly name: string;
  /** Real time matters to its tests: nothing else runs meanwhile. */
  readonly alone: boolean;
  /** Run one after the other until one fails. */
  readonly commands: readonly Command[];
  /** Reads the report that the commands wrote. Without: all commands together are one check, passed or failed. */
  readonly read?: () => Outcome | undefined;
  /** The report, relative to the project; removed before the suite starts. */
  readonly report?: string;
}

const script = (name: string, ...args: string[]): Command => ({ program: process.execPath, args: [path.join(ROOT, 'scripts', name), ...args] });

function check(name: string, ...commands: Command[]): Suite {
  return { name, alone: false, commands };
}

/** Those alone hold real processes: what a failed test left of them must not keep Jest, and so CI, from ending. The report is written by then. */
function jest(name: string, { alone = false, display = false, workers = 1 } = {}): Suite {
  const report = `reports/${name}.json`;
  const args = ['--selectProjects', name, '--json', `--outputFile=${report}`, ...(alone ? ['--runInBand', '--forceExit'] : [`--maxWorkers=${workers}`])];
  return {
    name,
    alone,
    commands: [
      ...(name === 'e2e' ? [script('build.ts')] : []),
      display ? script('display.ts', 'jest', ...args) : { program: 'jest', args },
    ],
    report,
    read: () => jestOutcome(path.join(ROOT, report)),
  };
}

function pytest(name: string, { alone = false, args = [] as readonly string[] } = {}): Suite {
  const report = `reports/${name}.xml`;
  return {
    name,
    alone,
    commands: [{ program: VENV_PYTHON, args: ['-m', 'pytest', '-q', ...args, '-o', 'junit_family=xunit1', `--junitxml=${path.join(ROOT, report)}`], cwd: 'backend-spec' }],
    report,
    read: () => junitOutcome(path.join(ROOT, report)),
  };
}

/** The contract's clauses against a form of our own backend, as `npm run conformance` has it. */
function conformance(name: string, { alone = false, args = [] as readonly string[] } = {}): Suite {
  return { name, alone, commands: [script('conformance.ts', '--report', name, ...args)], report: `reports/${name}.json`, read: () => jestOutcome(path.join(ROOT, `reports/${name}.json`)) };
}

/** In the order in which they start. */
export const SUITES: readonly Suite[] = [
  check('types', { program: 'tsc', args: ['--noEmit'] }),
  check('lint', { program: 'oxlint', args: ['--type-aware', '--deny-warnings'] }, script('check-layers.ts'), script('schema.ts', '--check'), script('chart.ts', '--check'), script('bridge.ts', '--check'), script('supply-chain.ts')),
  // Early, since freezing the backend takes longest, and one core only.
  check('package', script('package.ts', 'package')),
  // The longest of the others: two halves of its files take as long as all the rest.
  jest('machine', { workers: 2 }),
  jest('unit'),
  jest('renderer'),
  jest('security'),
  check('python', { program: VENV_PYTHON, args: ['-m', 'ruff', 'check', '.'], cwd: 'backend-spec' }, { program: VENV_PYTHON, args: ['-m', 'mypy', '--strict', 'pocketmusec', '__main__.py'], cwd: 'backend-spec' }),
  pytest('pytest'),
  jest('careless'),
  conformance('conformance'),
  conformance('conformance-file', { args: ['--frozen', 'file'] }),
  jest('process', { alone: true }),
  jest('e2e', { alone: true, display: true }),
  // What `package` froze.
  pytest('frozen', { alone: true, args: ['-m', 'frozen'] }),
  conformance('conformance-frozen', { alone: true, args: ['--frozen', 'folder'] }),
  jest('packaged', { alone: true, display: true }),
];
