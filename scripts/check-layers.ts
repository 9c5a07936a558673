/** Holds the only direction of imports (see ARCHITECTURE.md): machines ← preload/contract ← preload, renderer, main; nothing imports main; and what one file guards is touched nowhere else. */
import fs from 'node:fs';
import path from 'node:path';
import { parseSync, type ImportSpecifier } from '@swc/core';
import { ROOT } from './setup/paths.mjs';
import { filesBelow } from './sources.ts';

/** One import: `target` is a path relative to the project for files of ours, else the package's name. */
export interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

interface Layer {
  readonly of: RegExp;
  /** What its files may import. `types`: for their types only. */
  readonly may: readonly RegExp[];
  readonly types?: readonly RegExp[];
  readonly rule: string;
}

const PACKAGES = /^(?![./])(?!(main|machines|preload|renderer|scripts|tests|backend-spec)\/)/;
const CONTRACT = /^preload\/contract$/;

/** The first layer that a file belongs to counts. */
const LAYERS: readonly Layer[] = [
  { of: /^machines\//, may: [/^machines\//, /^xstate(\/|$)/], rule: 'machines/ is pure: it imports xstate only' },
  { of: /^preload\/(contract|shapes)\.ts$/, may: [/^valibot$/, /^machines\//, /^preload\/shapes$/], rule: 'the contract imports schemas, and names and types of the machine only' },
  { of: /^preload\//, may: [/^electron$/, /^preload\//, /^machines\//], rule: 'preload/ imports electron and the contract only' },
  { of: /^renderer\/inspector\//, may: [PACKAGES, /^renderer\//, /^machines\//, CONTRACT], rule: 'the inspector imports packages, renderer/, machines/ and the contract' },
  { of: /^renderer\//, may: [PACKAGES, /^renderer\//], types: [CONTRACT], rule: 'renderer/ imports packages and itself, and types of preload/contract' },
  { of: /^main\//, may: [PACKAGES, /^main\//, /^machines\//, CONTRACT, /^backend-spec\//], rule: 'main/ imports packages, machines/ and the contract' },
  { of: /^(scripts|fallback)\//, may: [PACKAGES, /^scripts\//, /^tests\/faults\/table$/, /^tests\/machine\/mutation\//], types: [/^main\//, /^tests\//, /^preload\//, /^machines\//], rule: 'scripts import no part of the app or its tests but their types' },
];
const NODE_ONLY = /^(node:|electron($|\/))/;

/** One sentence for each import that breaks a layer's rule. */
export function violations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, target, typeOnly }) => {
    const layer = LAYERS.find(({ of }) => of.test(file));
    if (layer === undefined) return [];
    const inPage = file.startsWith('renderer/') && NODE_ONLY.test(target);
    const allowed = !inPage && [...layer.may, ...(typeOnly ? layer.types ?? [] : [])].some((pattern) => pattern.test(target));
    return allowed ? [] : [`${file} imports ${target}${typeOnly ? ' (types)' : ''}: ${inPage ? 'pages have no Node and no Electron' : layer.rule}`];
  });
}

/** All imports of a source text, re-exports, `import()` and `import('…')` types included. `file` is relative to the project. */
export function importsOf(file: string, text: string): Import[] {
  const made = (specifier: string, typeOnly: boolean): Import => ({ file, target: resolve(file, specifier), typeOnly });
  const { body } = parseSync(text, { syntax: 'typescript', tsx: file.endsWith('x'), target: 'es2022' });
  return [
    ...body.flatMap((item) => {
      if (item.type === 'ImportDeclaration') return [made(item.source.value, item.typeOnly || (item.specifiers.length > 0 && item.specifiers.every(isTypeOnly)))];
      if (item.type === 'ExportNamedDeclaration' && item.source) return [made(item.source.value, item.typeOnly)];
      if (item.type === 'ExportAllDeclaration') return [made(item.source.value, false)];
      return [];
    }),
    // Deeper in the tree: calls and type expressions.
    ...[...text.matchAll(/(typeof\s+)?\b(?:import|require)\(\s*(['"])([^'"]+)\2\s*\)/g)]
      .map(([, isTypeof, , specifier = '']) => made(specifier, isTypeof !== undefined)),
  ];
}

function isTypeOnly(specifier: ImportSpecifier): boolean {
  return specifier.type === 'ImportSpecifier' && specifier.isTypeOnly;
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return path.posix.join(path.posix.dirname(file), specifier).replace(/(\/index)?\.[cm]?[jt]sx?$/, '');
}

/** Methods that pages in the fallback Electron (Chrome 108) do not have; in main the compat file adds them. */
const TOO_NEW = /\.(toSorted|toReversed|toSpliced)\(|\b(Object\.groupBy|Map\.groupBy|Promise\.withResolvers|Promise\.try|URL\.canParse|Array\.fromAsync)\b/;

/** One sentence for each use of what the oldest supported page does not know. */
export function tooNew(file: string, text: string): string[] {
  if (!/^(renderer|preload|machines)\//.test(file)) return [];
  return text.split('\n').flatMap((line, index) => {
    const name = TOO_NEW.exec(line)?.[0];
    return name === undefined ? [] : [`${file}:${index + 1} uses ${name}: pages in Chrome 108 do not have it`];
  });
}

interface Single {
  readonly what: RegExp;
  readonly only: string;
  readonly rule: string;
}

/** What may be touched in one file each, where the check stands. */
const SINGLES: readonly Single[] = [
  { what: /\bipcMain\b/, only: 'main/ipc.ts', rule: 'it checks the sender, the arguments and the answer' },
  { what: /\b(webContents|contents|mainFrame|frame)\.(send|sendToFrame|postMessage)\(/, only: 'main/ipc.ts', rule: 'broadcast checks what is sent' },
  { what: /\bipcRenderer\b/, only: 'preload/index.ts', rule: 'the page gets functions, never Electron' },
  { what: /\bopenExternal\b/, only: 'main/links.ts', rule: 'it opens listed hosts only' },
  { what: /\bnew BrowserWindow\b/, only: 'main/window/window.ts', rule: 'one factory locks every window' },
];

/** One sentence for each use of what only one file may touch. Comments speak freely. */
export function singles(file: string, text: string): string[] {
  if (!/^(main|preload|renderer)\//.test(file)) return [];
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*(\/\*\*|\*|\/\/)/.test(line)) return [];
    return SINGLES.filter(({ what, only }) => file !== only && what.test(line)).map(({ what, only, rule }) =>
      `${file}:${index + 1} uses ${what.exec(line)?.[0]}: only ${only} may, since ${rule}`);
  });
}

if (import.meta.main) {
  const found = filesBelow(['machines', 'preload', 'renderer', 'main', 'scripts', 'fallback'])
    .filter((file) => /\.[cm]?tsx?$|\.mjs$/.test(file) && fs.existsSync(file))
    .flatMap((absolute) => {
      const file = path.relative(ROOT, absolute).split(path.sep).join('/');
      const text = fs.readFileSync(absolute, 'utf8');
      return [...violations(importsOf(file, text)), ...tooNew(file, text), ...singles(file, text)];
    });
  for (const line of found) process.stderr.write(`${line}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
