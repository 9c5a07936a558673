/** The lifecycle trace of this run: recorded from the first event on, kept until the log file is there, then appended to it. */
import type { InspectionEvent } from 'xstate';
import { lifecycle } from '../../machines/lifecycle';
import { createRecorder } from '../../machines/trace';
import { policyOf, type BackendSpec } from '../backend/spec';

export interface Trace {
  /** For the supervisor. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The header of a file that continues a former one. */
  readonly opening: () => string;
  /** From now on lines go to `write`; those recorded before come first. */
  readonly connect: (write: (line: string) => void) => void;
}

export function createTrace(spec: BackendSpec, appVersion: string): Trace {
  const early: string[] = [];
  let sink = (line: string): void => { early.push(line); };
  const recorder = createRecorder({
    machine: lifecycle, input: { policy: policyOf(spec) }, appVersion, now: () => performance.now(), write: (line) => { sink(line); },
  });
  return {
    inspect: recorder.inspect,
    opening: recorder.header,
    connect: (write) => {
      sink = write;
      for (const line of early.splice(0)) write(line);
    },
  };
}
