/** The command line, folder and environment that a generation of the backend is spawned with. */
import path from 'node:path';
import type { EffectTools } from './effects';
import { GENERATION_VARIABLE, type Generation } from './generations';
import { fillIn } from './spec';

/** Of the app's own environment a backend gets no more than this: where it runs, who runs it, in which language. */
const INHERITED = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_RUNTIME_DIR|SSL_CERT_(FILE|DIR)|SYSTEMROOT|WINDIR|APPDATA|LOCALAPPDATA|USERPROFILE|PATHEXT|COMSPEC)$/i;

export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
  readonly folder: string;
}

/** What will be run, without what differs by generation. The packaged form falls back to the development form. */
export function commandOf(tools: Pick<EffectTools, 'spec' | 'packaged' | 'placeholders'>, port: number | null): Command {
  const { spec, packaged, placeholders } = tools;
  const values = port === null ? placeholders : { ...placeholders, port: String(port) };
  const form = packaged ? spec.command.packaged ?? spec.command.development : spec.command.development;
  const [executable = '', ...fixed] = form.map((part) => fillIn(part, values));
  const folder = path.resolve(fillIn(packaged ? spec.workingFolder.packaged : spec.workingFolder.development, values));
  return {
    // A path is seen from the working folder, as the system does it; a bare name is looked for on PATH.
    executable: hasFolder(executable) ? path.resolve(folder, executable) : executable,
    args: [...fixed, ...spec.arguments.map((part) => fillIn(part, values))],
    folder,
  };
}

/** The list of what was built, beside the packaged form; null where the spec names none. */
export function manifestOf({ spec, packaged, placeholders }: Pick<EffectTools, 'spec' | 'packaged' | 'placeholders'>): string | null {
  return packaged && spec.manifest !== undefined ? path.resolve(fillIn(spec.manifest, placeholders)) : null;
}

/** A path, and not just a name. */
export const hasFolder = (executable: string): boolean => /[/\\]/.test(executable);

/** Where the backend's programs are looked for: PATH as it will stand in its environment. */
export function searchPathOf(tools: Pick<EffectTools, 'spec' | 'placeholders'>, inherited: NodeJS.ProcessEnv = process.env): string {
  return fillIn(tools.spec.environment['PATH'] ?? inherited['PATH'] ?? '', tools.placeholders);
}

/** A small clean environment: what is inherited, what the spec adds, and the generation's mark. */
export function environmentOf(
  tools: Pick<EffectTools, 'spec' | 'placeholders'>, generation: Generation, inherited: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { temporary } = generation;
  const values = { ...tools.placeholders, temporary, port: String(generation.port), token: generation.token };
  const base = Object.entries(inherited).filter((entry): entry is [string, string] => INHERITED.test(entry[0]) && entry[1] !== undefined);
  const added = Object.entries(tools.spec.environment).map(([name, value]): [string, string] => [name, fillIn(value, values)]);
  return {
    ...Object.fromEntries(base),
    TMPDIR: temporary, TEMP: temporary, TMP: temporary,
    ...Object.fromEntries(added),
    POCKETMUSEC_PARENT_PID: String(process.pid),
    [GENERATION_VARIABLE]: generation.mark,
  };
}
