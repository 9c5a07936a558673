/** A backend for the real app whose program can be taken away, and whose next starts go as the test says. */
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './app';

const PYTHON = path.join(ROOT, '.venv/bin/python');
const PUPPET = path.join(ROOT, 'tests/fixtures/backends/puppet.py');

export interface Moody {
  /** The file for `--backend-spec`. */
  readonly spec: string;
  readonly executable: string;
  /** How each start goes from now on; what there is stands in puppet.py. */
  readonly mood: (start: string) => void;
  readonly hide: () => void;
  readonly bringBack: () => void;
}

/** `changes` are further fields of the spec. Restarts come at once, so that three crashes take no time. */
export function createMoody(folder: string, changes: object = {}): Moody {
  const executable = path.join(folder, 'backend');
  const hidden = path.join(folder, 'hidden');
  const moodFile = path.join(folder, 'mood');
  const spec = path.join(folder, 'moody.json');
  writeFileSync(executable, `#!/bin/sh\nPUPPET_START=$(cat '${moodFile}') exec '${PYTHON}' -S -E '${PUPPET}' "$@"\n`);
  chmodSync(executable, 0o755);
  writeFileSync(moodFile, 'ok');
  writeFileSync(spec, JSON.stringify({
    name: 'Moody', command: { development: [executable] }, arguments: ['--port', '{port}'], environment: { PUPPET_TOKEN: '{token}' }, identity: 'proof',
    shutdown: { path: '/api/shutdown' }, restart: { delayMs: 10 },
    exitCodes: { 9: 'unkillable', 65: 'database', 73: 'user-data', 78: 'configuration', 98: 'port-taken' },
    ...changes,
  }));
  return {
    spec, executable,
    mood: (start) => { writeFileSync(moodFile, start); },
    hide: () => { renameSync(executable, hidden); },
    bringBack: () => { renameSync(hidden, executable); },
  };
}
