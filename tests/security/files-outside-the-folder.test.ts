/** Hole: a name that the page gives opens a file outside the app's folder, by dots, links, another system's spelling, or a swap in the right moment. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { openInside, OutsideError } from '../../main/inside';
import { removeFolders, temporaryFolder } from '../support/folders';

afterEach(removeFolders);

/** What is read by this name; the word for why nothing is. */
async function outcome(folder: string, name: string): Promise<string> {
  try {
    const file = await openInside(folder, name);
    try {
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof OutsideError) return 'refused';
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

test.each([
  '../secret.txt', 'logs/../../secret.txt', 'logs/../a.txt', './a.txt', '.', '..', '', '/', 'logs//a.txt', 'logs/', '/etc/passwd', 'SECRET', '//server/share/a.txt',
  '\\\\server\\share\\a.txt', '..\\secret.txt', 'C:\\a.txt', 'C:a.txt', 'c:/a.txt', '\\\\?\\C:\\a.txt', 'a.txt:stream', 'a.txt\0.png', '\0', '../userData-evil/a.txt',
])('Towards Secure IPC validation: %j is not opened, though there are files where it could lead', async (name) => {
  const home = temporaryFolder();
  const folder = path.join(home, 'userData');
  for (const place of ['userData/logs', 'userData-evil']) mkdirSync(path.join(home, place), { recursive: true });
  for (const file of ['secret.txt', 'userData-evil/a.txt', 'userData/a.txt', 'userData/logs/a.txt', 'userData/C:a.txt', 'userData/..\\secret.txt', 'userData/a.txt:stream']) writeFileSync(path.join(home, file), 'SECRET');
  expect(await outcome(folder, name === 'SECRET' ? path.join(home, 'secret.txt') : name)).toBe('refused');
});

test('files are opened, links that stay inside are followed, and what is no file is not', async () => {
  const home = temporaryFolder();
  const folder = path.join(home, 'userData');
  mkdirSync(path.join(folder, 'logs'), { recursive: true });
  mkdirSync(`${folder}-evil`);
  for (const file of ['userData/logs/a.log', 'userData/b ü.log', 'userData-evil/a.log']) writeFileSync(path.join(home, file), file);
  const links = { 'stays.log': 'logs/a.log', 'leaves.log': '../userData-evil/a.log', 'far.log': path.join(home, 'userData-evil/a.log'), 'loop.log': 'loop.log', 'nowhere.log': 'gone', folder: '../userData-evil', 'self': '.' };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(folder, name));
  execFileSync('mkfifo', [path.join(folder, 'pipe.log')]);
  expect(Object.fromEntries(await Promise.all(['logs/a.log', 'b ü.log', 'self/logs/a.log', ...Object.keys(links), 'folder/a.log', 'logs', 'pipe.log', 'gone.log'].map(async (name) => [name, await outcome(folder, name)] as const)))).toEqual({
    'logs/a.log': 'userData/logs/a.log', 'b ü.log': 'userData/b ü.log', 'self/logs/a.log': 'userData/logs/a.log', 'stays.log': 'userData/logs/a.log',
    'leaves.log': 'refused', 'far.log': 'refused', 'loop.log': 'ELOOP', 'nowhere.log': 'ENOENT', folder: 'refused', self: 'refused', 'folder/a.log': 'refused', logs: 'refused', 'pipe.log': 'refused', 'gone.log': 'ENOENT',
  });
});

test('in trees made up at random, with links and loops, nothing outside is ever read, and each plain file inside is', async () => {
  const NAMES = ['a', 'b', 'c'];
  const place = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const node = fc.record({
    at: place, kind: fc.constantFrom('file', 'folder', 'link', 'link'),
    target: fc.array(fc.constantFrom(...NAMES, '..', '..', '.', 'in', 'out'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')), isAbsolute: fc.boolean(),
  });
  const name = fc.array(fc.constantFrom(...NAMES, ...NAMES, '..', '.', 'in', 'out'), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
  const seen = { inside: 0, kept: 0 };
  await fc.assert(fc.asyncProperty(fc.array(node, { minLength: 3, maxLength: 14 }), fc.array(node, { maxLength: 6 }), fc.array(name, { minLength: 20, maxLength: 20 }), async (inside, outside, names) => {
    const home = temporaryFolder();
    const plain = [...build(home, 'in', inside), ...build(home, 'out', outside)].filter((file) => file.startsWith('in/')).map((file) => file.slice(3));
    for (const asked of [...names, ...plain]) {
      const read = await outcome(path.join(home, 'in'), asked);
      expect(read).not.toContain('OUTSIDE');
      if (read.startsWith('INSIDE')) seen.inside += 1;
      else seen.kept += 1;
    }
    for (const file of plain) expect(await outcome(path.join(home, 'in'), file)).toBe(`INSIDE ${file}`);
    rmSync(home, { recursive: true });
  }), { numRuns: 100 });
  // Both happen often enough to mean something.
  expect(seen.inside).toBeGreaterThan(50);
  expect(seen.kept).toBeGreaterThan(100);
}, 60_000);

test('a folder that becomes a link between the look and the opening gains nothing', async () => {
  const home = temporaryFolder();
  for (const folder of ['userData/d', 'out']) mkdirSync(path.join(home, folder), { recursive: true });
  writeFileSync(path.join(home, 'userData/d/a.log'), 'INSIDE');
  writeFileSync(path.join(home, 'out/a.log'), 'OUTSIDE');
  symlinkSync(path.join(home, 'out'), path.join(home, 'userData/link'));
  // Without a pause: the folder, the link, the folder, …
  const swapper = spawn('/usr/bin/env', ['python3', '-I', '-c', `
import os, sys
print(flush=True)
while True:
    os.rename("d", "kept"); os.rename("link", "d"); os.rename("d", "link"); os.rename("kept", "d")
`], { cwd: path.join(home, 'userData'), stdio: ['ignore', 'pipe', 'inherit'] });
  const seen: Record<string, number> = {};
  try {
    await once(swapper.stdout, 'data');
    for (let round = 0; round < 3_000; round += 1) {
      const read = await outcome(path.join(home, 'userData'), 'd/a.log');
      seen[read] = (seen[read] ?? 0) + 1;
    }
  } finally {
    swapper.kill('SIGKILL');
    await once(swapper, 'exit');
  }
  expect(Object.keys(seen)).not.toContain('OUTSIDE');
  expect(seen['INSIDE']).toBeGreaterThan(0);
  expect(seen['refused']).toBeGreaterThan(0);
}, 60_000);

/** Makes what can be made of these nodes, in order, below `home/root`; returns the plain files. */
function build(home: string, root: 'in' | 'out', nodes: readonly { readonly at: string; readonly kind: string; readonly target: string; readonly isAbsolute: boolean }[]): string[] {
  const top = path.join(home, root);
  mkdirSync(top, { recursive: true });
  const files: string[] = [];
  const made = new Map<string, string>();
  for (const { at, kind, target, isAbsolute } of nodes) {
    const parents = at.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    // Only below real folders: through a link it would be made elsewhere.
    if (made.has(at) || parents.some((parent) => made.has(parent) && made.get(parent) !== 'folder')) continue;
    for (const parent of parents) made.set(parent, 'folder');
    mkdirSync(path.join(top, path.dirname(at)), { recursive: true });
    made.set(at, kind);
    if (kind === 'folder') mkdirSync(path.join(top, at), { recursive: true });
    else if (kind === 'link') symlinkSync(isAbsolute ? path.join(home, target) : target, path.join(top, at));
    else {
      writeFileSync(path.join(top, at), `${root === 'in' ? 'INSIDE' : 'OUTSIDE'} ${at}`);
      files.push(`${root}/${at}`);
    }
  }
  return files.filter((file) => readFileSync(path.join(home, file), 'utf8') !== '');
}
