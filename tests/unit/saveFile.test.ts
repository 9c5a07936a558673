/** Saving a file: where the person says, whole or not at all, under a name that is no path. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSaveFile, safeName } from '../../main/saveFile';
import { temporaryFolder } from '../support/app';

const { folder, remove } = temporaryFolder();
afterAll(() => { remove(); });
const warnings: object[] = [];
const log = { info: () => {}, warn: (_message: string, details?: object) => { warnings.push(details ?? {}); }, error: () => {} };
const bytes = new TextEncoder().encode('a lesson');

test('saved where the person says, in place of what was there', async () => {
  const target = path.join(folder, 'Mein Stück.pdf');
  writeFileSync(target, 'the former one, which was longer');
  const asked: string[] = [];
  const save = createSaveFile(async (name) => {
    asked.push(name);
    return await Promise.resolve(target);
  }, log);
  expect(await save({ name: '../../Beat?.pdf', bytes })).toEqual({ state: 'saved', name: 'Mein Stück.pdf' });
  expect(asked).toEqual(['Beat .pdf']);
  expect(readFileSync(target, 'utf8')).toBe('a lesson');
});

test('cancelled is no error, and nothing is written', async () => {
  const before = readdirSync(folder);
  expect(await createSaveFile(async () => await Promise.resolve(null), log)({ name: 'x', bytes })).toEqual({ state: 'cancelled' });
  expect(readdirSync(folder)).toEqual(before);
});

test('what cannot be written is said, the path goes into no log, and nothing half-written is left', async () => {
  const taken = path.join(folder, 'a folder');
  mkdirSync(taken);
  const before = readdirSync(folder);
  const save = createSaveFile(async () => await Promise.resolve(taken), log);
  expect(await save({ name: 'x', bytes })).toEqual({ state: 'failed', message: 'The file could not be written there. Choose another folder.' });
  expect(readdirSync(folder)).toEqual(before);
  expect(JSON.stringify(warnings)).not.toContain(folder);
});

test.each([
  ['Beat.docx', 'Beat.docx'], ['../../.bashrc', 'bashrc'], ['a/b\\c:d', 'a b c d'], ['', 'Lesson'], ['\u0000\n', 'Lesson'], ['...', 'Lesson'], ['音楽.pdf', '音楽.pdf'], [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(116)}.pdf`],
])('%j is suggested as %j', (given, suggested) => {
  expect(safeName(given)).toBe(suggested);
});
