/** Joins the machine's effects: each stands in a file of its own and reports by events, so that the machine stays free of I/O. */
import { fromCallback, type AnyEventObject } from 'xstate';
import type { Fact } from '../../machines/events';
import type { Policy } from '../../machines/policy';
import type { Clock } from './clock';
import type { Generations } from './generations';
import type { Guard } from './guard';
import type { BackendSpec, Placeholders } from './spec';

/** What every effect may use. */
export interface EffectTools {
  readonly spec: BackendSpec;
  readonly policy: Policy;
  readonly packaged: boolean;
  readonly placeholders: Pick<Placeholders, 'python' | 'resources' | 'app' | 'userData'>;
  readonly clock: Clock;
  readonly generations: Generations;
  /** Stands above a backend that does not guard itself, where there is one. */
  readonly guard: Guard | null;
  readonly log: Log;
  /** Whole lines that the backend printed, each with its end. A promise: no more is read until it resolves. */
  readonly onOutput: (stream: 'stdout' | 'stderr', lines: string) => Promise<void> | null;
  /** Remembers the running generation on disk, so that the next launch can end it if this one can't. */
  readonly record: { write: (generation: number) => void; clear: () => void };
}

export interface Log {
  info: (message: string, details?: object) => void;
  warn: (message: string, details?: object) => void;
  error: (message: string, details?: object) => void;
}

/** Turns a function that reports facts into an effect. What it returns is called when the machine leaves the state. */
export function reportingEffect<Input extends object>(
  run: (input: Input, report: (fact: Fact) => void, onCommand: (listener: (event: AnyEventObject) => void) => void) => (() => void) | void,
) {
  return fromCallback<AnyEventObject, Input>(({ input, sendBack, receive }) => {
    let left = false;
    const stop = run(input, (fact) => { if (!left) sendBack(fact); }, receive);
    return () => {
      left = true;
      stop?.();
    };
  });
}
