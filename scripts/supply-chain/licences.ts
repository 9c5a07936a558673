/** Which licences the packages that we use may have, and what each package says of itself. */
import fs from 'node:fs';
import path from 'node:path';
import { VENV } from '../setup/paths.mjs';

export interface Package {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; '' where the package says nothing that can be read. */
  readonly licence: string;
}

/** They ask for no more than their notice. */
const ALLOWED = new Set(['MIT', 'MIT-0', 'MIT-CMU', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'PSF-2.0', 'CC0-1.0', 'OFL-1.1', 'Python-2.0']);

/** Packages with another licence that were looked at, and why they may stay. */
export const LOOKED_AT: readonly (readonly [name: RegExp, why: string])[] = [
  [/^lightningcss(-|$)/, 'MPL-2.0; builds the styles, and nothing of it ships'],
  [/^axe-core$/, 'MPL-2.0; checks pages in tests'],
  [/^elkjs$/, 'EPL-2.0 or GPL-3.0; draws the statechart, and nothing of it ships'],
  [/^caniuse-lite$/, 'CC-BY-4.0; data of the test tools'],
  [/^(certifi|hypothesis|pathspec)$/, 'MPL-2.0; tests and checks'],
  [/^pyinstaller(-hooks-contrib)?$/, 'GPL-2.0 with an exception for what it freezes'],
  [/^pypdfium2$/, 'BSD-3-Clause and Apache-2.0, with the notices of PDFium inside'],
];

/** What classifiers of Python packages stand for, where they have no expression. */
const CLASSIFIERS: Readonly<Record<string, string>> = {
  'MIT License': 'MIT', 'BSD License': 'BSD-3-Clause', 'Apache Software License': 'Apache-2.0', 'Mozilla Public License 2.0 (MPL 2.0)': 'MPL-2.0',
};

/** Whether an expression leaves a choice that is allowed. One that mixes "and" with "or" is for people to read. */
export function isAllowed(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, '').trim();
  if (plain.includes(' AND ') && plain.includes(' OR ')) return false;
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((id) => ALLOWED.has(id.trim())));
}

/** One sentence for each package whose licence is neither allowed nor looked at, and for each look at what is not there any more. */
export function licenceProblems(packages: readonly Package[], lookedAt = LOOKED_AT): string[] {
  const isNamed = ({ name }: Package): boolean => lookedAt.some(([pattern]) => pattern.test(name));
  return [
    ...packages.filter((one) => !isAllowed(one.licence) && !isNamed(one))
      .map(({ name, version, licence }) => `${name} ${version} has the licence "${licence || 'none that can be read'}": allowed are ${[...ALLOWED].join(', ')}. Take another package, or look at it and name it in scripts/supply-chain/licences.ts.`),
    ...lookedAt.filter(([pattern]) => !packages.some(({ name }) => pattern.test(name))).map(([pattern]) => `${pattern} in scripts/supply-chain/licences.ts names no package any more: take it out.`),
  ];
}

interface Lock { readonly packages: Readonly<Record<string, { readonly version?: string; readonly license?: string }>> }

/** The packages of a package-lock.json. */
export function nodePackages({ packages }: Lock): Package[] {
  return Object.entries(packages).filter(([place]) => place !== '')
    .map(([place, { version = '', license = '' }]) => ({ name: place.replace(/^.*node_modules\//, ''), version, licence: license }));
}

/** The packages in .venv, as they were installed by their hashes. */
export function pythonPackages(): Package[] {
  const library = path.join(VENV, process.platform === 'win32' ? 'Lib' : 'lib');
  return fs.globSync('**/site-packages/*.dist-info/METADATA', { cwd: library }).map((file) => packageOf(fs.readFileSync(path.join(library, file), 'utf8')))
    // It came with Python, and only installs.
    .filter(({ name }) => name !== 'pip');
}

/** Reads the head of a METADATA file. */
export function packageOf(metadata: string): Package {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const all = (field: string): string[] => [...head.matchAll(new RegExp(`^${field}: (.*)$`, 'gm'))].map(([, value = '']) => value.trim());
  const classified = all('Classifier').filter((line) => line.startsWith('License ::')).map((line) => line.split(' :: ').at(-1) ?? '').map((name) => CLASSIFIERS[name] ?? name);
  const [free = ''] = all('License');
  return {
    name: all('Name')[0]?.toLowerCase() ?? '', version: all('Version')[0] ?? '',
    licence: all('License-Expression')[0] ?? (ALLOWED.has(free) ? free : classified.join(' AND ')),
  };
}
