/** Is the executable there, may it be run, and was it built for this machine? Synchronous: the first start can't wait for the event loop. */
import { accessSync, closeSync, constants, openSync, readSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FatalReason } from '../../machines/policy';
import type { EffectInputs } from '../../machines/context';
import { commandOf } from './command';
import { reportingEffect, type EffectTools } from './effects';

export type Located = { readonly ok: true; readonly file: string } | { readonly ok: false; readonly reason: FatalReason; readonly detail: string };

/** ELF machine numbers (elf.h) by Node's names. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 0x3e, arm64: 0xb7, ia32: 0x03, arm: 0x28, riscv64: 0xf3 };

/**
 * What the first bytes say against running the file here, or null. Without this check a foreign or truncated file gives no
 * error: spawn hands it to a shell, which exits 127, or 0 for an empty one, and that would look like a crash.
 */
export function headerProblem(header: Buffer, size: number, platform: NodeJS.Platform = process.platform, arch: string = process.arch): string | null {
  if (size === 0) return 'the file is empty';
  if (header.subarray(0, 2).toString('latin1') === '#!') return null;
  if (platform !== 'linux') return null;
  if (header.subarray(0, 4).toString('latin1') !== '\x7fELF') return 'the file is not a Linux program';
  if (header.length < 64) return 'the file is cut off';
  const machine = header.readUInt16LE(18);
  const expected = ELF_MACHINES[arch];
  if (expected !== undefined && machine !== expected) return `the file was built for another processor (ELF machine ${machine}, this computer has ${expected})`;
  // The section headers stand at the end of the file, so a shorter file was cut off.
  const sectionsEnd = header[4] === 2 ? Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60) : 0;
  return sectionsEnd > size ? 'the file is cut off' : null;
}

function findOnPath(name: string, searchPath: string): string | null {
  for (const folder of searchPath.split(path.delimiter)) {
    const file = path.join(folder, name);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  return null;
}

/** The names in the folder where the executable should be, or in the nearest one that exists: evidence for the log. */
export function listingNear(file: string): { folder: string; names: string[] } {
  let folder = path.dirname(file);
  for (;;) {
    try {
      return { folder, names: readdirSync(folder).toSorted() };
    } catch {
      const parent = path.dirname(folder);
      if (parent === folder) return { folder, names: [] };
      folder = parent;
    }
  }
}

/** Checks an executable, given by path or by a name to be found on PATH. */
export function locateExecutable(executable: string, searchPath: string = process.env['PATH'] ?? ''): Located {
  const file = executable.includes('/') || executable.includes('\\') ? executable : findOnPath(executable, searchPath);
  if (file === null) return { ok: false, reason: 'executable-missing', detail: `"${executable}" is in no folder of PATH.` };
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return { ok: false, reason: 'executable-missing', detail: `Expected at ${file}` };
  if (!stat.isFile()) return { ok: false, reason: 'not-runnable', detail: `${file} is not a file.` };
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return { ok: false, reason: 'not-runnable', detail: `${file} may not be executed (its permissions lack x).` };
  }
  const header = Buffer.alloc(64);
  const descriptor = openSync(file, 'r');
  let length: number;
  try {
    length = readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const problem = headerProblem(header.subarray(0, length), stat.size);
  return problem === null ? { ok: true, file } : { ok: false, reason: 'not-runnable', detail: `${file}: ${problem}.` };
}

export const createLocate = (tools: EffectTools) => reportingEffect<EffectInputs['locate']>((_input, report) => {
  const command = commandOf(tools, null);
  let located: Located;
  try {
    located = locateExecutable(command.executable);
    // A missing working folder makes spawn say ENOENT of the executable, which would send people the wrong way.
    if (located.ok && !statSync(command.folder, { throwIfNoEntry: false })?.isDirectory()) {
      located = { ok: false, reason: 'not-runnable', detail: `The working folder ${command.folder} does not exist.` };
    }
  } catch (error) {
    located = { ok: false, reason: 'not-runnable', detail: `${command.executable}: ${String(error)}` };
  }
  if (located.ok) {
    report({ type: 'LOCATED' });
    return;
  }
  tools.log.error('backend executable can not be used', { ...located, expected: command.executable, ...listingNear(command.executable) });
  report({ type: 'NOT_LOCATED', reason: located.reason, detail: located.detail });
});
