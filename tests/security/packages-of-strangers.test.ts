/** Hole: an installation takes another package than the one that was looked at, runs its scripts, or brings a licence that nobody accepted. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isAllowed, licenceProblems, packageOf } from '../../scripts/supply-chain/licences';
import { installProblems, npmProblems, pipProblems, type PackageLock } from '../../scripts/supply-chain/locks';

jest.mock('../../scripts/setup/paths.mjs', () => ({ VENV: '' }));

const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const lockOf = (entry: object, place = 'node_modules/a'): PackageLock => ({ lockfileVersion: 3, packages: { '': {}, [place]: { version: '1.0.0', integrity: INTEGRITY, ...entry } } });

test('a lock of registry packages with hashes has nothing to say', () => {
  expect(npmProblems(lockOf({}))).toEqual([]);
  expect(npmProblems(lockOf({ hasInstallScript: true }, 'node_modules/@a/b/node_modules/@c/d'), { '@c/d': false })).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ['from git', { resolved: 'git+ssh://git@example.org/a.git#0' }, /comes from git/],
  ['from a web site', { resolved: 'https://example.org/a.tgz' }, /comes from https/],
  ['from a web site in the clear', { resolved: 'http://example.org/a.tgz' }, /comes from http/],
  ['from a file', { resolved: 'file:../a' }, /comes from file/],
  ['from a folder', { link: true, resolved: '../a' }, /comes from a folder/],
  ['without a hash', { integrity: undefined }, /no sha512/],
  ['with a weak hash', { integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, /no sha512/],
  ['with a hash that is cut', { integrity: 'sha512-AAAA==' }, /no sha512/],
  ['without a version', { version: undefined }, /no exact version/],
  ['with a range', { version: '^1.0.0' }, /no exact version/],
  ['with an install script', { hasInstallScript: true }, /^a has an install script/],
])('a package %s is named', (_what, entry, problem) => { expect(npmProblems(lockOf(entry))).toEqual([expect.stringMatching(problem)]); });

test('no install script is allowed, and none stays on the list for nothing', () => {
  expect(npmProblems(lockOf({ hasInstallScript: true }), { a: true })).toEqual([expect.stringMatching(/^a may run/)]);
  expect(npmProblems(lockOf({}), { a: false })).toEqual([expect.stringMatching(/^a in allowScripts .* any more/)]);
  expect(npmProblems({ ...lockOf({}), lockfileVersion: 1 })).toEqual([expect.stringMatching(/^lockfileVersion/)]);
});

const HASH = `--hash=sha256:${'0'.repeat(64)}`;
test('pinned and hashed requirements have nothing to say', () => {
  expect(pipProblems(`# made by uv\na-b==1.0 \\\n    ${HASH} \\\n    ${HASH}\n    # via c\nuvicorn[standard]==2.0 ; python_version < '3.13' \\\n    ${HASH}\n`)).toEqual([]);
});
test.each([
  ['another index', '--index-url https://example.org/simple', /option/], ['one more index', '--extra-index-url=https://example.org/simple', /option/],
  ['a folder', '-e .', /option/], ['another file', '-r other.txt', /option/], ['an address', `a @ https://example.org/a.whl ${HASH}`, /not pinned/],
  ['git', `git+https://example.org/a.git ${HASH}`, /not pinned/], ['a range', `a>=1.0 ${HASH}`, /not pinned/], ['no version', `a ${HASH}`, /not pinned/],
  ['any version', `a==1.* ${HASH}`, /not pinned/], ['no hash', 'a==1.0', /no hash/], ['a weak hash', 'a==1.0 --hash=md5:d41d8cd98f00b204e9800998ecf8427e', /allowed is sha256/],
])('a requirement with %s is named', (_what, line, problem) => { expect(pipProblems(line)).toEqual([expect.stringMatching(problem)]); });

test.each([
  ["run(python, ['-m', 'pip', 'install', 'a'])", 1], ["run('npm', ['install'])", 1], ["run('npm', ['exec', 'a'])", 1], ["run('npx', ['a'])", 1],
  ["run('npm', ['ci'])", 0], ["'-m', 'pip', 'install', '--require-hashes', '-r', file", 0], ["run('npm', ['install', '--no-save', '--ignore-scripts'])", 0],
])('a script with %s: %i problems', (line, count) => { expect(installProblems('a.ts', line)).toHaveLength(count); });

test.each([
  ['MIT', true], ['(MIT OR CC0-1.0)', true], ['Apache-2.0 AND MIT', true], ['GPL-3.0-or-later OR MIT', true], ['GPL-3.0-or-later', false], ['MIT AND GPL-3.0-or-later', false],
  ['(GPL-3.0-only OR MIT) AND AGPL-3.0-only', false], ['SEE LICENSE IN x', false], ['UNLICENSED', false], ['', false],
])('the licence "%s": %s', (expression, allowed) => { expect(isAllowed(expression)).toBe(allowed); });

test('a licence that nobody looked at is named, and so is a look at what is gone', () => {
  const gpl = { name: 'a', version: '1', licence: 'GPL-3.0-only' };
  expect(licenceProblems([gpl], [])).toEqual([expect.stringMatching(/^a 1 has the licence "GPL-3.0-only"/)]);
  expect(licenceProblems([gpl], [[/^a$/, 'a test']])).toEqual([]);
  expect(licenceProblems([], [[/^a$/, 'a test']])).toEqual([expect.stringMatching(/names no package any more/)]);
});

test('a Python package says its licence by expression, by word or by classifier, and not by what stands in its text', () => {
  const head = 'Metadata-Version: 2.4\nName: A-b\nVersion: 1.0\n';
  expect(packageOf(`${head}License-Expression: MIT\nLicense: GPL\n\nLicense: BSD`)).toEqual({ name: 'a-b', version: '1.0', licence: 'MIT' });
  expect(packageOf(`${head}License: MIT\nClassifier: License :: OSI Approved :: BSD License\n\n`).licence).toBe('MIT');
  expect(packageOf(`${head}License: see the file\nClassifier: License :: OSI Approved :: BSD License\nClassifier: License :: OSI Approved :: GNU GPL\n\n`).licence).toBe('BSD-3-Clause AND GNU GPL');
  expect(packageOf(`${head}\nLicense-Expression: MIT`).licence).toBe('');
});

test('no package of ours runs anything while it is installed', () => {
  expect(readFileSync(path.resolve(__dirname, '../../.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
