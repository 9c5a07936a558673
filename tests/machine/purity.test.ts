/** What stands alone, read as text: the machine does no I/O and looks at no clock; who judges it shares no code with it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const importsOf = (text: string): readonly string[] => [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from ?? '');

describe('the machine', () => {
  it.each(readdirSync(path.join(ROOT, 'machines')))('%s imports xstate and its neighbours only, and reads no clock', (file) => {
    const text = readFileSync(path.join(ROOT, 'machines', file), 'utf8');
    expect(importsOf(text).filter((from) => from !== 'xstate' && !/^\.\/[a-z]+$/.test(from))).toEqual([]);
    expect(text).not.toMatch(/Date\.now|new Date|performance\.|Math\.random|setTimeout|setInterval|process\.(env|hrtime|pid)/);
  });
});

/** The file and all files of ours that it stands on. */
function closure(file: string, known: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  if (known.has(file)) return known;
  let files: ReadonlySet<string> = new Set([...known, file]);
  for (const from of importsOf(readFileSync(file, 'utf8'))) {
    if (from.startsWith('.')) files = closure(path.join(path.dirname(file), `${from}.ts`), files);
  }
  return files;
}

describe('who judges', () => {
  it.each(['tests/machine/support/checker.ts', 'tests/process/support/history.ts'])('%s shares no code with the machine, nor with XState', (judge) => {
    const files = [...closure(path.join(ROOT, judge))];
    expect(files.filter((file) => file.startsWith(path.join(ROOT, 'machines')))).toEqual([]);
    expect(files.flatMap((file) => importsOf(readFileSync(file, 'utf8'))).filter((from) => !/^(\.|node:)/.test(from))).toEqual([]);
  });
});
