/** The docs say what is true: links lead somewhere, commands exist and are accepted, examples are valid. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkBackendSpec } from '../../main/backend/spec';
import { parseOptions } from '../../main/options';
import { titlesIn } from '../../scripts/faults/titles';

const ROOT = path.resolve(__dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  // The requirements are given to us; what they say of commands is not ours.
  .filter((file) => !file.startsWith('docs/requirements'));
const pages = files.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
const scripts = Object.keys((JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts);

test('there are docs to look at', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/dependencies.md', 'docs/self-test.md']));
});

test('every relative link leads to a file', () => {
  const broken = pages.flatMap(({ file, text }) => [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(path.resolve(ROOT, path.dirname(file), target)))
    .map((target) => `${file}: ${target}`));
  expect(broken).toEqual([]);
});

test('every task can be run by its name', async () => {
  const { TASKS } = await (import('../../scripts/tasks.mjs') as Promise<{ TASKS: object }>);
  expect(Object.keys(TASKS).filter((name) => !scripts.includes(name))).toEqual([]);
});

test('every npm command that is shown exists', () => {
  const unknown = pages.flatMap(({ file, text }) => [...text.matchAll(/\bnpm (?:run )?([a-z][\w:-]*)/g)]
    .map(([, name = '']) => name)
    .filter((name) => ![...scripts, 'ci', 'run'].includes(name) && !/^\d/.test(name))
    .map((name) => `${file}: npm run ${name}`));
  expect(unknown).toEqual([]);
});

test('every `npm start -- …` that is shown has options that the app knows', () => {
  const shown = pages.flatMap(({ text }) => [...text.matchAll(/npm start (?:--silent )?-- ([^`\n]+)/g)].map(([, options = '']) => options.trim().split(/\s+/)));
  expect(shown.length).toBeGreaterThan(3);
  for (const options of shown) expect(() => parseOptions(options)).not.toThrow();
});

test('every backend.json that is shown is valid', () => {
  const shown = pages.flatMap(({ text }) => [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => JSON.parse(json) as object)).filter((json) => 'command' in json);
  expect(shown.length).toBeGreaterThan(0);
  for (const spec of shown) expect(() => checkBackendSpec(spec, 'the docs')).not.toThrow();
});

test('every test that docs/desktop-mode.md names is there', () => {
  const rows = readFileSync(path.join(ROOT, 'docs/desktop-mode.md'), 'utf8').split('\n').filter((line) => line.startsWith('| '));
  const named = rows.flatMap((row) => [...row.matchAll(/(test_\w+\.py): ((?:`test_\w+`(?: \([^)]*\))?(?:, )?)+)/g)]
    .flatMap(([, file = '', names = '']) => [...names.matchAll(/test_\w+/g)].map(([name]) => ({ file: path.join(ROOT, 'backend-spec/tests', file), name }))));
  expect(named.length).toBeGreaterThan(60);
  expect(rows.filter((row) => !/Sentence|---|`test_/.test(row))).toEqual([]);
  expect(named.filter(({ file, name }) => !titlesIn(file).includes(name))).toEqual([]);
});

test('every dependency has its reason', () => {
  const { devDependencies, optionalDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<'devDependencies' | 'optionalDependencies', Record<string, string>>;
  const reasons = readFileSync(path.join(ROOT, 'docs/dependencies.md'), 'utf8');
  const named = (name: string): boolean => reasons.includes(name) || reasons.includes(name.split('/')[1] ?? name);
  expect([...Object.keys(devDependencies), ...Object.keys(optionalDependencies)].filter((name) => !named(name))).toEqual([]);
  const python = ['requirements.in', 'requirements-dev.in'].flatMap((name) => readFileSync(path.join(ROOT, 'backend-spec', name), 'utf8').split('\n'))
    .flatMap((line) => /^([a-z][\w-]*)/i.exec(line)?.[1] ?? []);
  expect(python.filter((name) => !reasons.includes(name))).toEqual([]);
});
