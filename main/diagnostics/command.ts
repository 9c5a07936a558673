/** `--diagnostics FILE`: writes the zip without a window, without a lock and without a backend, also beside an app that runs. */
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readBackendSpec, type BackendSpec } from '../backend/spec';
import type { Paths } from '../paths';
import { ensureUserData } from '../userData';
import { collect, zipOf, type Facts } from './collect';

/** Returns the exit code, having said on stderr what was found wrong, and on stdout where the file is. */
export function writeDiagnostics(file: string, app: Facts['app'], userData: string, paths: Pick<Paths, 'logs' | 'backendSpec'>): number {
  const problems: string[] = [];
  const trying = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  trying(() => { ensureUserData(userData); });
  const spec = trying((): BackendSpec => readBackendSpec(paths.backendSpec));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const target = path.resolve(file);
  try {
    writeFileSync(`${target}.part`, zipOf(collect({ app, userData, logs: paths.logs, status: null, waiting: '', spec, problems })));
    renameSync(`${target}.part`, target);
  } catch (error) {
    process.stderr.write(`The diagnostics could not be written to ${target}: ${error instanceof Error ? error.message : String(error)}. Give a file in a folder that you may write to.\n`);
    return 1;
  }
  process.stdout.write(`${target}\n`);
  return 0;
}
