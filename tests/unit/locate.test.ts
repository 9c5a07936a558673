/** What can't be run is known before it is tried: a shell would hide it behind a harmless exit code. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLocate, headerProblem, listingNear, locateExecutable, scriptProblem } from '../../main/backend/locate';
import { makeTools, runEffect, type TestTools } from '../support/effects';
import { removeFolders, temporaryFolder } from '../support/folders';

afterEach(removeFolders);

const node = readFileSync(process.execPath).subarray(0, 256);
const size = readFileSync(process.execPath).length;
const changed = (offset: number, value: number): Buffer => {
  const header = Buffer.from(node);
  header.writeUInt16LE(value, offset);
  return header;
};
const here = ['linux', process.arch] as const;

test('a real program of this computer has no problem', () => {
  expect(headerProblem(node, size, ...here)).toBeNull();
});

test.each([
  ['for another processor', changed(18, 0x16), size, /^the file was built for another processor \(ELF machine 22, this computer has \d+\)$/],
  ['an object file', changed(16, 1), size, /^the file is a part of a program, not a program$/],
  ['cut off in its end', node, size - 1, /^the file is cut off$/],
  ['cut off in its header', node.subarray(0, 40), 40, /^the file is cut off$/],
  ['empty', Buffer.alloc(0), 0, /^the file is empty$/],
  ['text', Buffer.from('echo hello\n'), 11, /^the file is not a Linux program$/],
  ['a program of Windows', Buffer.from('MZ\x90\0'), 4, /^the file is not a Linux program$/],
])('a file that is %s is refused', (_name, header, bytes, problem) => {
  expect(headerProblem(header, bytes, ...here)).toMatch(problem);
});

test('a script is not judged by its header, and other systems judge by themselves', () => {
  expect(headerProblem(Buffer.from('#!/bin/sh\n'), 10, ...here)).toBeNull();
  expect(headerProblem(Buffer.from('MZ'), 2, 'win32', 'x64')).toBeNull();
  expect(headerProblem(Buffer.alloc(0), 0, 'win32', 'x64')).toBe('the file is empty');
});

test('a processor whose number we do not know is left to the system', () => {
  expect(headerProblem(changed(18, 0x16), size, 'linux', 's390x')).toBeNull();
});

test.each([
  ['#!/bin/sh\n', null],
  ['#! /bin/sh -e\necho', null],
  ['#!/usr/bin/env sh\n', null],
  ['#!/usr/bin/env -S sh -e\n', null],
  ['#!/no/such/python3\n', 'it is run by /no/such/python3, which is not there'],
  ['#!/usr/bin/env no-such-python\n', 'it is run by no-such-python, which is in no folder of PATH'],
  ['#!/bin/sh\r\n', null],
  ['#!\n', 'its first line names no program to run it'],
])('the interpreter of %j: %j', (header, problem) => {
  expect(scriptProblem(header, '/usr/bin:/bin')).toBe(problem);
});

describe('an executable', () => {
  let folder: string;
  beforeEach(() => { folder = temporaryFolder(); });
  const make = (name: string, content: string, mode = 0o755): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  };

  test('that is there is found', () => {
    const file = make('run me', '#!/bin/sh\n');
    expect(locateExecutable(file, '')).toEqual({ ok: true, file });
  });

  test.each([
    ['missing', () => path.join(folder, 'nowhere'), 'executable-missing', /^Expected at .*nowhere$/],
    ['a folder', () => { mkdirSync(path.join(folder, 'main')); return path.join(folder, 'main'); }, 'not-runnable', /main is not a file\.$/],
    ['without x', () => make('main', '#!/bin/sh\n', 0o644), 'not-runnable', /main may not be executed \(its permissions lack x\)\.$/],
    ['empty', () => make('main', ''), 'not-runnable', /main: the file is empty\.$/],
    ['a script without its interpreter', () => make('main', '#!/no/python\n'), 'not-runnable', /main: it is run by \/no\/python, which is not there\.$/],
  ] as const)('that is %s is refused with its reason', (_name, prepare, reason, detail) => {
    expect(locateExecutable(prepare(), '')).toEqual({ ok: false, reason, detail: expect.stringMatching(detail) });
  });

  test('is found by name on PATH, past what may not be executed and what is no folder', () => {
    const later = path.join(folder, 'later');
    mkdirSync(later);
    make('server', '#!/bin/sh\n', 0o644);
    const plain = make('plain', 'no folder');
    const file = path.join(later, 'server');
    copyFileSync('/bin/sh', file);
    chmodSync(file, 0o755);
    expect(locateExecutable('server', ['/no/where', plain, folder, later].join(':'))).toEqual({ ok: true, file });
    expect(locateExecutable('server', '/no/where')).toEqual({ ok: false, reason: 'executable-missing', detail: '"server" is in no folder of PATH.' });
  });

  test('and what lies near it is evidence, in bounds', () => {
    make('b', '');
    make('a', '');
    expect(listingNear(path.join(folder, 'gone', 'deeper', 'main'))).toEqual({ folder, names: ['a', 'b'] });
    for (let count = 0; count < 250; count += 1) make(`many-${count}`, '');
    const { names } = listingNear(path.join(folder, 'main'));
    expect(names).toHaveLength(201);
    expect(names.at(-1)).toBe('… and 52 more');
  });

  const locate = async (tools: TestTools): Promise<unknown> => await runEffect(createLocate(tools), {}).first();

  test('given by a path is seen from the working folder, as spawn does it', async () => {
    make('server', '#!/bin/sh\n');
    expect(await locate(makeTools({ command: { development: ['./server'] }, workingFolder: { development: folder } }))).toEqual({ type: 'LOCATED' });
  });

  test('given by name is looked for where its environment will say', async () => {
    make('server', '#!/bin/sh\n');
    expect(await locate(makeTools({ command: { development: ['server'] }, environment: { PATH: folder } }))).toEqual({ type: 'LOCATED' });
    const tools = makeTools({ command: { development: ['sh'] }, environment: { PATH: folder } });
    expect(await locate(tools)).toMatchObject({ type: 'NOT_LOCATED', reason: 'executable-missing' });
    expect(tools.lines[0]?.details).toMatchObject({ expected: 'sh', searchPath: folder });
  });

  test('in a working folder that is missing is not what is missing', async () => {
    const tools = makeTools({ command: { development: ['sh'] }, workingFolder: { development: path.join(folder, 'gone') } });
    expect(await locate(tools)).toMatchObject({ type: 'NOT_LOCATED', reason: 'not-runnable', detail: expect.stringMatching(/The working folder .*gone does not exist/) });
  });
});
