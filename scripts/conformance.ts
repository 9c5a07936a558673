/** `npm run conformance`: holds a backend to the contract, clause by clause, and says of each what was found. Ours without arguments. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { BACKEND, buildBackend, SINGLE_FILE } from './backend.ts';
import { runMain } from './exit-code.ts';
import { ROOT } from './setup/paths.mjs';

const USAGE = `npm run conformance [-- [--spec FILE] [--report NAME] [COMMAND ...]]
       npm run conformance -- --frozen folder|file

  --spec FILE     the spec of the backend; without it, the product's own
  COMMAND ...     in place of the spec's command; run where you are
  --frozen FORM   our own backend as PyInstaller makes it, made first if need be
  --report NAME   write reports/NAME.json (conformance)
`;

interface Asked {
  spec: string;
  frozen?: string;
  report: string;
  command: string[];
}

interface Finding {
  readonly group: string;
  readonly says: string;
  readonly state: 'passed' | 'failed' | 'not applicable';
  readonly found: string;
}

/** Options end where the command begins: all after its first word is the command's. */
function read(args: readonly string[]): Asked {
  const asked: Asked = { spec: path.join(ROOT, 'backend-spec/backend.json'), report: 'conformance', command: [] };
  for (let index = 0; index < args.length; index += 2) {
    const [option = '', value] = args.slice(index);
    if (!option.startsWith('-')) {
      // A path is seen from where people are, a bare name is looked for on PATH.
      asked.command = [/[/\\]/.test(option) ? path.resolve(option) : option, ...args.slice(index + 1)];
      break;
    }
    if (value === undefined) throw new Error(`${option} needs a value.\n\n${USAGE}`);
    if (option === '--spec') asked.spec = path.resolve(value);
    else if (option === '--report' && /^[\w-]+$/.test(value)) asked.report = value;
    else if (option === '--frozen' && (value === 'folder' || value === 'file')) asked.frozen = value;
    else throw new Error(`Found ${option} ${value}, which is not allowed.\n\n${USAGE}`);
  }
  if (asked.frozen !== undefined && asked.command.length > 0) throw new Error(`--frozen is our own backend: it takes no command.\n\n${USAGE}`);
  return asked;
}

async function main(): Promise<number> {
  const { spec, frozen, report, command } = read(process.argv.slice(2));
  const folder = process.cwd();
  if (frozen !== undefined) {
    await buildBackend(frozen === 'file' ? SINGLE_FILE : BACKEND);
    command.push(path.join(ROOT, frozen === 'file' ? SINGLE_FILE : BACKEND, process.platform === 'win32' ? 'main.exe' : 'main'));
  }
  const findings = path.join(ROOT, `reports/${report}-findings.json`);
  fs.rmSync(findings, { force: true });
  const child = spawn('jest', ['--selectProjects', 'conformance', '--runInBand', '--json', `--outputFile=reports/${report}.json`], {
    cwd: ROOT,
    env: { ...process.env, CONFORMANCE: JSON.stringify({ spec, findings, ...(command.length > 0 && { command, folder }) }) },
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const [code] = await once(child, 'close') as [number | null];
  if (!fs.existsSync(findings)) {
    process.stderr.write(said);
    return 1;
  }
  process.stdout.write(show(JSON.parse(fs.readFileSync(findings, 'utf8')) as Finding[]));
  return code ?? 1;
}

const MARKS = { 'passed': '✓', 'failed': '✗', 'not applicable': '–' };

/** Each clause with what was found, and one line over all. */
function show(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ group, state, says, found }, index) => [
    ...(group === findings[index - 1]?.group ? [] : ['', group]),
    `  ${MARKS[state]} ${says}`, `      ${state}: ${found.split('\n').join('\n      ')}`,
  ]);
  const count = (state: Finding['state']): number => findings.filter((one) => one.state === state).length;
  return `${lines.join('\n')}\n\n${count('passed')} passed, ${count('failed')} failed, ${count('not applicable')} not applicable\n`;
}

await runMain(main);
