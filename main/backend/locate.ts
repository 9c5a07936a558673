/** Is the executable there, may it be run, and was it built for this machine? Synchronous: the first start can't wait for the event loop. */
import { accessSync, closeSync, constants, openSync, readSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FatalReason } from '../../machines/policy';
import type { EffectInputs } from '../../machines/context';
import { commandOf, hasFolder, manifestOf, searchPathOf } from './command';
import { reportingEffect, type EffectTools } from './effects';
import { manifestProblem } from './manifest';

export type Located = { readonly ok: true; readonly file: string } | { readonly ok: false; readonly reason: FatalReason; readonly detail: string };

/** ELF types (elf.h) of what can be run: a program at a fixed address, and one at any (libraries have that too). */
const ELF_RUNNABLE = new Set([2, 3]);
/** ELF machine numbers (elf.h) by Node's names. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7, ia32: 0x03, arm: 0x28, riscv64: 0xf3 };

const isScript = (header: Buffer): boolean => header.subarray(0, 2).toString('latin1') === '#!';

/**
 * What the first bytes say against running the file here, or null. Without this check a foreign or truncated file gives no
 * error: spawn hands it to a shell, which exits 127, or 0 for an empty one, and that would look like a crash.
 */
export function headerProblem(header: Buffer, size: number, platform: NodeJS.Platform = process.platform, arch: string = process.arch): string | null {
  if (size === 0) return 'the file is empty';
  if (isScript(header)) return null;
  if (platform !== 'linux') return null;
  if (header.subarray(0, 4).toString('latin1') !== '\x7fELF') return 'the file is not a Linux program';
  if (header.length < 64) return 'the file is cut off';
  if (!ELF_RUNNABLE.has(header.readUInt16LE(16))) return 'the file is a part of a program, not a program';
  const machine = header.readUInt16LE(18);
  const expected = ELF_MACHINES[arch];
  if (expected !== undefined && machine !== expected) return `the file was built for another processor (ELF machine ${machine}, this computer has ${expected})`;
  // The section headers stand at the end of the file, so a shorter file was cut off.
  const sectionsEnd = header[4] === 2 ? Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60) : 0;
  return sectionsEnd > size ? 'the file is cut off' : null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** As the system does it: what may not be executed is passed over, and so is a folder that can't be read. */
function findOnPath(name: string, searchPath: string): string | null {
  return searchPath.split(path.delimiter).map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

/** What stands against running a script: the program that its first line names, which spawn would report as the script itself missing. */
export function scriptProblem(header: string, searchPath: string): string | null {
  const [interpreter = '', argument] = (/^#![ \t]*([^\n]*)/.exec(header)?.[1] ?? '').trim().split(/[ \t]+/);
  if (interpreter === '') return 'its first line names no program to run it';
  if (!isExecutable(interpreter)) return `it is run by ${interpreter}, which is not there`;
  const isByName = path.basename(interpreter) === 'env' && argument !== undefined && !/^-|=/.test(argument);
  return isByName && findOnPath(argument, searchPath) === null ? `it is run by ${argument}, which is in no folder of PATH` : null;
}

/** Enough for any folder of ours; a log is not the place for ten thousand names. */
const MAX_NAMES = 200;

/** The names in the folder where the executable should be, or in the nearest one that exists: evidence for the log. */
export function listingNear(file: string): { folder: string; names: string[] } {
  let folder = path.dirname(file);
  for (;;) {
    try {
      const names = readdirSync(folder).toSorted();
      return { folder, names: names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), `… and ${names.length - MAX_NAMES} more`] : names };
    } catch {
      const parent = path.dirname(folder);
      if (parent === folder) return { folder, names: [] };
      folder = parent;
    }
  }
}

/** Checks an executable, given by path or by a name to be found on PATH. */
export function locateExecutable(executable: string, searchPath: string): Located {
  const file = hasFolder(executable) ? executable : findOnPath(executable, searchPath);
  if (file === null) return { ok: false, reason: 'executable-missing', detail: `"${executable}" is in no folder of PATH.` };
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return { ok: false, reason: 'executable-missing', detail: `Expected at ${file}` };
  if (!stat.isFile()) return { ok: false, reason: 'not-runnable', detail: `${file} is not a file.` };
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return { ok: false, reason: 'not-runnable', detail: `${file} may not be executed (its permissions lack x).` };
  }
  const header = Buffer.alloc(256);
  const descriptor = openSync(file, 'r');
  let length: number;
  try {
    length = readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const head = header.subarray(0, length);
  const problem = headerProblem(head, stat.size) ?? (process.platform !== 'win32' && isScript(head) ? scriptProblem(head.toString(), searchPath) : null);
  return problem === null ? { ok: true, file } : { ok: false, reason: 'not-runnable', detail: `${file}: ${problem}.` };
}

export const createLocate = (tools: EffectTools) => reportingEffect<EffectInputs['locate']>((_input, report) => {
  const command = commandOf(tools, null);
  const searchPath = searchPathOf(tools);
  let located: Located;
  try {
    located = locateExecutable(command.executable, searchPath);
    // A missing working folder makes spawn say ENOENT of the executable, which would send people the wrong way.
    if (located.ok && !statSync(command.folder, { throwIfNoEntry: false })?.isDirectory()) {
      located = { ok: false, reason: 'not-runnable', detail: `The working folder ${command.folder} does not exist.` };
    }
    // Whole, and before each start: the executable is small, its libraries lie beside it.
    const manifest = manifestOf(tools);
    const problem = located.ok && manifest !== null ? manifestProblem(located.file, manifest) : null;
    if (problem !== null) located = { ok: false, reason: 'not-runnable', detail: `${command.executable}: ${problem}.` };
  } catch (error) {
    located = { ok: false, reason: 'not-runnable', detail: `${command.executable}: ${String(error)}` };
  }
  if (located.ok) {
    report({ type: 'LOCATED' });
    return;
  }
  const evidence = hasFolder(command.executable) ? listingNear(command.executable) : { searchPath };
  tools.log.error('backend executable can not be used', { ...located, expected: command.executable, ...evidence });
  report({ type: 'NOT_LOCATED', reason: located.reason, detail: located.detail });
});
