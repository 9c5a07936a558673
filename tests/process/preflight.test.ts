/** A backend that can't be run is not run: fatal before any spawn, with the evidence in the log. And what one that runs is given. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolders, temporaryFolder } from '../support/folders';
import { puppetSpec, PYTHON, supervise, type Bench } from '../support/supervise';

let bench: Bench;
let folder: string;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(async () => {
  await bench.close();
  removeFolders();
});

const PUPPET = puppetSpec().command.development.at(-1) ?? '';
const start = (executable: string, changes: Record<string, unknown> = {}): Bench => {
  bench = supervise(puppetSpec({ command: { development: [executable, '-S', '-E', PUPPET] }, ...changes }));
  bench.supervisor.send('START');
  return bench;
};
const put = (content: Buffer | string, mode = 0o755): void => {
  writeFileSync(path.join(folder, 'main'), content);
  chmodSync(path.join(folder, 'main'), mode);
};
const foreign = (): Buffer => {
  const bytes = readFileSync('/bin/sh');
  bytes.writeUInt16LE(0x16, 18);
  return bytes;
};

test('Scenario: Backend executable missing: the words of the requirements, the expected path and the folder’s contents', async () => {
  writeFileSync(path.join(folder, 'README'), '');
  start(path.join(folder, 'main'));
  const fatal = await bench.untilState('fatal');
  expect(fatal).toMatchObject({ reason: 'executable-missing', generation: 0, crashes: 0, text: 'Backend executable missing. Please reinstall PocketMusec.' });
  expect(fatal.detail).toBe(`Expected at ${path.join(folder, 'main')}`);
  expect(bench.log.find(({ level }) => level === 'error')?.details).toMatchObject({ expected: path.join(folder, 'main'), folder, names: ['README'] });
  // Reinstalled meanwhile.
  symlinkSync(PYTHON, path.join(folder, 'main'));
  bench.supervisor.send('RETRY');
  expect(await bench.untilState('healthy')).toMatchObject({ generation: 1 });
});

test.each([
  ['not executable', () => { put('#!/bin/sh\n', 0o644); }, /may not be executed/],
  ['for another processor', () => { put(foreign()); }, /another processor/],
  ['truncated', () => { put(readFileSync('/bin/sh').subarray(0, 20_000)); }, /cut off/],
  ['empty', () => { put(''); }, /empty/],
  ['text', () => { put('exit 0\n'); }, /not a Linux program/],
  ['a folder', () => { mkdirSync(path.join(folder, 'main')); }, /not a file/],
  ['a script without its interpreter', () => { put('#!/no/such/python\n'); }, /\/no\/such\/python, which is not there/],
])('an executable that is %s is fatal before any spawn', async (_name, prepare, detail) => {
  prepare();
  start(path.join(folder, 'main'));
  const fatal = await bench.untilState('fatal');
  expect(fatal).toMatchObject({ reason: 'not-runnable', generation: 0, crashes: 0, detail: expect.stringMatching(detail) });
  expect(bench.log.filter(({ message }) => message === 'backend spawned')).toEqual([]);
  expect(bench.log.find(({ level }) => level === 'error')?.details).toMatchObject({ folder, names: ['main'] });
});

describe('in the packaged form the executable is held to what was built:', () => {
  const built = readFileSync(PYTHON);
  const manifest = JSON.stringify({ size: built.length, sha256: createHash('sha256').update(built).digest('hex') });
  const altered = (): Buffer => {
    const bytes = Buffer.from(built);
    bytes[bytes.length >> 1] = ~(bytes[bytes.length >> 1] ?? 0) & 255;
    return bytes;
  };
  const startPackaged = (content: Buffer, list: string): void => {
    put(content);
    writeFileSync(path.join(folder, 'manifest.json'), list);
    const command = { development: [PYTHON, '-S', '-E', PUPPET], packaged: [path.join(folder, 'main'), '-S', '-E', PUPPET] };
    bench = supervise(puppetSpec({ command, manifest: path.join(folder, 'manifest.json') }), { packaged: true });
    bench.supervisor.send('START');
  };

  test('as it was built it runs', async () => {
    startPackaged(built, manifest);
    expect(await bench.untilState('healthy')).toMatchObject({ generation: 1 });
  });

  test.each([
    ['longer', () => Buffer.concat([built, Buffer.alloc(1)]), () => manifest, new RegExp(`main: the file has ${built.length + 1} bytes, ${built.length} were built\\.$`)],
    ['altered in one byte', altered, () => manifest, /main: the file was changed after it was built \(SHA-256 [0-9a-f]{64}, [0-9a-f]{64} was built\)\.$/],
    ['of an unknown build', () => built, () => '{"size": 1}', /main: the list of what was built can not be read \(.*manifest\.json: .*sha256.*\)\.$/],
  ])('%s it is fatal before any spawn', async (_name, content, list, detail) => {
    startPackaged(content(), list());
    expect(await bench.untilState('fatal')).toMatchObject({ reason: 'not-runnable', generation: 0, crashes: 0, detail: expect.stringMatching(detail) });
    expect(bench.log.filter(({ message }) => message === 'backend spawned')).toEqual([]);
  });
});

test('one that disappears between the look and the spawn is fatal too, and nothing of it is remembered', async () => {
  symlinkSync(PYTHON, path.join(folder, 'main'));
  start(path.join(folder, 'main'));
  await bench.untilState('healthy');
  unlinkSync(path.join(folder, 'main'));
  bench.supervisor.send('RESTART');
  expect(await bench.untilState('fatal')).toMatchObject({ reason: 'executable-missing', generation: 1 });
});

test('Scenario: Backend environment is isolated: what the process sees is the spec’s and a few names more, and its token reaches no log', async () => {
  process.env['NODE_OPTIONS_CANARY'] = 'x';
  process.env['PYTHONPATH'] = '/evil';
  try {
    start(PYTHON, {
      environment: { PUPPET_TOKEN: '{token}', PUPPET_START: 'print-environment', ELECTRON_MODE: 'true', DATABASE_PATH: '{userData}/pocket_musec.db' },
    });
    await bench.untilState('healthy');
  } finally {
    delete process.env['NODE_OPTIONS_CANARY'];
    delete process.env['PYTHONPATH'];
  }
  expect(bench.output).toEqual(expect.arrayContaining(['ELECTRON_MODE=true', `DATABASE_PATH=${bench.userData}/pocket_musec.db`, `POCKETMUSEC_PARENT_PID=${process.pid}`]));
  expect(bench.output.map((line) => line.split('=')[0] ?? '').filter((name) => /CANARY|PYTHONPATH|NODE|JEST|npm/i.test(name))).toEqual([]);
  expect(bench.output).toContain('token=[token]');
  const token = bench.supervisor.access()?.token ?? 'none';
  expect(token).toHaveLength(64);
  expect(JSON.stringify([bench.output, bench.log, bench.history])).not.toContain(token);
});
