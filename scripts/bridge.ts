/** Makes the tables of `docs/bridge.md` from the contract; `--check` only says whether they are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runnerImport } from 'vite';
import { typeOf, type Named } from './bridge/shape.ts';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'docs/bridge.md');

const { module: { EVENTS, INVOKE, MAX_BYTES } } = await runnerImport<typeof import('../preload/contract')>(path.join(root, 'preload/contract.ts'), { root, configFile: false, logLevel: 'error' });

const named: Named = new Map();
const code = (text: string): string => `\`${text.replaceAll('|', String.raw`\|`)}\``;
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const calls = Object.entries(INVOKE).map(([channel, entry]) => row(
  code(channel), entry.call === null ? '–' : code(entry.call), entry.args.length === 0 ? '–' : entry.args.map((schema) => code(typeOf(schema, named))).join(', '),
  code(typeOf(entry.result, named)), `${('maxBytes' in entry ? entry.maxBytes : MAX_BYTES) / 1024} KiB`, entry.what,
));
const events = Object.entries(EVENTS).map(([channel, entry]) => row(code(channel), code(entry.on), code(typeOf(entry.message, named)), entry.what));
/** The fields of the shape itself each on a line. */
const shapes = [...named].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, text]) => (text.startsWith('{ ')
  ? `${name} {\n${text.slice(2, -2).split(/; (?![^{]*\})/).map((field) => `  ${field}`).join('\n')}\n}`
  : `${name} = ${text}`));

const tables = [
  '### Asked by the page', '',
  row('Channel', 'Function', 'Arguments', 'Answer', 'At most', 'What it is for'), '|---|---|---|---|---|---|', ...calls, '',
  '### Told by main', '',
  row('Channel', 'Function', 'Message', 'What it is for'), '|---|---|---|---|', ...events, '',
  '### Shapes', '',
  '```', shapes.join('\n\n'), '```',
].join('\n');

const BEGIN = '<!-- made by `npm run bridge` -->';
const END = '<!-- end -->';
const text = readFileSync(file, 'utf8');
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`docs/bridge.md has lost its marks: ${BEGIN} … ${END}`);
const wanted = `${before}${BEGIN}\n${tables}\n${END}${after}`;

if (!process.argv.includes('--check')) writeFileSync(file, wanted);
else if (wanted !== text) {
  process.stderr.write('docs/bridge.md is stale: run `npm run bridge`.\n');
  process.exitCode = 1;
}
