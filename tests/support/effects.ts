/** Runs one effect of the machine by itself, and gives it tools like the supervisor's. */
import { createActor, createMachine, type AnyActorLogic, type AnyEventObject } from 'xstate';
import { createClock } from '../../main/backend/clock';
import type { EffectTools } from '../../main/backend/effects';
import { Generations } from '../../main/backend/generations';
import { checkBackendSpec, policyOf } from '../../main/backend/spec';
import type { LogLine } from './supervise';

export interface TestTools extends EffectTools {
  readonly lines: LogLine[];
}

export function makeTools(spec: Record<string, unknown> = {}, placeholders: Partial<EffectTools['placeholders']> = {}): TestTools {
  const lines: LogLine[] = [];
  const write = (level: LogLine['level']) => (message: string, details: object = {}): void => {
    lines.push({ level, message, details: details as Record<string, unknown> });
  };
  const checked = checkBackendSpec({ name: 'Test', command: { development: ['true'] }, ...spec }, 'the test');
  return {
    spec: checked, policy: policyOf(checked), packaged: false, clock: createClock(() => {}), generations: new Generations('/'), guard: null,
    placeholders: { python: 'python3', resources: '/', app: '/', userData: '/', ...placeholders },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    onOutput: () => null, record: { write: () => {}, clear: () => {} }, lines,
  };
}

export interface Running {
  /** What it reported so far. */
  readonly facts: AnyEventObject[];
  /** The next fact, or the first one if it came already. */
  readonly first: () => Promise<AnyEventObject>;
  /** Leaves the state that the effect belongs to. */
  readonly leave: () => void;
}

export function runEffect(logic: AnyActorLogic, input: object): Running {
  const facts: AnyEventObject[] = [];
  let wake = (): void => {};
  const actor = createActor(createMachine({
    initial: 'inside',
    states: { inside: { invoke: { id: 'effect', src: logic, input }, on: { LEAVE: 'outside' } }, outside: {} },
    on: { '*': { actions: ({ event }: { event: AnyEventObject }) => { facts.push(event); wake(); } } },
  }));
  actor.start();
  return {
    facts,
    first: async () => {
      if (facts.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
      return facts[0] ?? { type: 'nothing' };
    },
    leave: () => { actor.send({ type: 'LEAVE' }); },
  };
}
