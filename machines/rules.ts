/** The lifecycle's vocabulary: its delays, guards and actions by name. Where they stand in the chart is in lifecycle.ts. */
import { and, assign, fromCallback, raise, sendTo, setup, stateIn, type AnyEventObject } from 'xstate';
import { backoffLeftMs, portOf, type Crash, type EffectInputs, type LifecycleContext } from './context';
import type { LifecycleEvent } from './events';
import { slowAfterMs, type Policy } from './policy';

/** Stands in until the owner provides the real effect; a test must never start one by accident. */
const effect = <Input extends object>(name: string) => fromCallback<AnyEventObject, Input>(() => {
  throw new Error(`The effect "${name}" was not provided`);
});

const isCurrent = (context: LifecycleContext, event: LifecycleEvent): boolean =>
  'generation' in event && event.generation === context.generation;
const isCurrentProbe = (context: LifecycleContext, event: LifecycleEvent): boolean =>
  isCurrent(context, event) && 'probe' in event && event.probe === context.probe;
const isUrgent = (event: LifecycleEvent): boolean => event.type === 'QUIT' && event.urgent === true;
const hasProof = (event: LifecycleEvent): boolean => 'proof' in event && event.proof;
const isLastAttempt = (context: LifecycleContext): boolean => context.attempt >= context.policy.reconnect.attempts;
/** What a failed start says of itself; null where there was an exit. */
function spawnErrorOf(event: LifecycleEvent): string | null {
  if (event.type === 'SPAWN_FAILED') return event.detail;
  if ('error' in event) return event.error instanceof Error ? event.error.message : 'an effect failed';
  return null;
}

/** What is known of the exit where there was none. */
const NO_EXIT = { portTaken: false, code: null, signal: null, stderrTail: [] } as const;

/** One line for people about why a generation failed: its exit, or the probe that was the last. */
function causeOf(event: LifecycleEvent, policy: Policy): string {
  if (event.type !== 'process.lost') {
    return `no answer to ${policy.reconnect.attempts} health checks (${event.type === 'PROBE_MISSED' ? event.why : 'somebody else answered'})`;
  }
  if (event.spawnError !== null) return `could not be started: ${event.spawnError}`;
  if (event.signal !== null) return `ended by signal ${event.signal}`;
  return `exited with code ${event.code ?? 'unknown'}${event.code === 0 ? ' although nobody asked it to' : ''}`;
}

/** The last thing a process said before it failed: most often the exception itself. */
const lastWords = ({ stderrTail, cause }: Crash): string => stderrTail.findLast((line) => line.trim() !== '') ?? cause;

export const rules = setup({
  types: {
    context: {} as LifecycleContext,
    events: {} as LifecycleEvent,
    // Never read; not `{}`, which would need no assertion, and then be the type.
    input: undefined as unknown as { readonly policy?: Policy },
  },
  actors: {
    locate: effect<EffectInputs['locate']>('locate'),
    choosePort: effect<EffectInputs['choosePort']>('choosePort'),
    process: effect<EffectInputs['process']>('process'),
    awaitReady: effect<EffectInputs['awaitReady']>('awaitReady'),
    probe: effect<EffectInputs['probe']>('probe'),
    ask: effect<EffectInputs['ask']>('ask'),
    sweep: effect<EffectInputs['sweep']>('sweep'),
  },
  delays: {
    LIVENESS: ({ context }) => context.policy.liveness.intervalMs,
    SLOW: ({ context }) => slowAfterMs(context.policy),
    RECONNECT_GAP: ({ context }) => context.policy.reconnect.intervalMs,
    PREFLIGHT: ({ context }) => context.policy.preflightMs,
    ASK: ({ context }) => context.policy.shutdown.askMs,
    DUMP: ({ context }) => context.policy.dumpMs,
    TERM: ({ context }) => context.policy.shutdown.termMs,
    KILL: ({ context }) => context.policy.shutdown.killMs,
    SWEEP: ({ context }) => context.policy.sweepMs,
    BACKOFF_LEFT: ({ context }) => backoffLeftMs(context),
  },
  guards: {
    current: ({ context, event }) => isCurrent(context, event),
    currentProbe: ({ context, event }) => isCurrentProbe(context, event),
    proven: ({ context, event }) => isCurrent(context, event) && hasProof(event),
    provenProbe: ({ context, event }) => isCurrentProbe(context, event) && hasProof(event),
    permanent: ({ context, event }) => isCurrent(context, event) && event.type === 'SPAWN_FAILED' && event.reason !== null,
    processNone: stateIn({ process: 'none' }),
    open: ({ context }) => !context.quit,
    openAndNone: and(['open', 'processNone']),
    mayRestart: ({ context }) => context.verdict === null && context.window.length < context.policy.restart.budget,
    openAndMayRestart: and(['open', 'mayRestart']),
    lastAttempt: ({ context }) => isLastAttempt(context),
    lastMiss: ({ context, event }) => isCurrentProbe(context, event) && isLastAttempt(context),
    // Asked in `starting` only, so never of a backend that has already answered.
    portTaken: ({ event }) => event.type === 'process.lost' && event.portTaken,
    mayAsk: ({ context, event }) =>
      event.type === 'process.end' && !event.hard && !context.urgent && context.proven && context.policy.shutdown.ask,
    // Only a backend that hangs is ended hard.
    mayDump: ({ context, event }) => event.type === 'process.end' && event.hard && context.policy.shutdown.dump,
    urgent: ({ event }) => isUrgent(event),
    notTooSoon: ({ context, event }) => event.type === 'PROBE_NOW' && (context.lastProbeAt === null || event.at - context.lastProbeAt >= context.policy.probeGapMs),
  },
  actions: {
    newGeneration: assign(({ context }) => ({ generation: context.generation + 1, proven: false, pid: null, attempt: 0, verdict: null })),
    setPort: assign(({ event }) => (event.type === 'PORT' ? { port: event.port } : {})),
    setPid: assign(({ event }) => (event.type === 'SPAWNED' ? { pid: event.pid } : {})),
    clearPid: assign({ pid: null }),
    excludePort: assign(({ context }) => ({ excluded: [...context.excluded, portOf(context)] })),
    markProven: assign({ proven: true, excluded: [], attempt: 0 }),
    nextProbe: assign(({ context }) => ({ probe: context.probe + 1 })),
    stampProbe: assign(({ event }) => ('at' in event ? { lastProbeAt: event.at } : {})),
    firstAttempt: assign({ attempt: 1 }),
    nextAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    noAttempt: assign({ attempt: 0 }),
    stampLost: assign(({ event }) => ('at' in event ? { lostAt: event.at } : {})),
    stampGone: assign(({ event }) => ('at' in event ? { goneAt: event.at } : {})),
    // At the verdict or at the exit, whichever comes first; never twice for one generation.
    recordCrash: assign(({ context, event }) => {
      const { policy } = context;
      const exit = event.type === 'process.lost' ? event : NO_EXIT;
      const meaning = exit.code === null ? undefined : policy.exitCodes[exit.code];
      const verdict = meaning === undefined || meaning === 'port-taken' ? context.verdict : meaning;
      if (context.record?.generation === context.generation || !('at' in event)) return { verdict };
      const { at } = event;
      return {
        verdict,
        record: {
          generation: context.generation, at, cause: causeOf(event, policy),
          code: exit.code, signal: exit.signal, stderrTail: exit.stderrTail,
        },
        window: [...context.window, at].filter((crashAt) => at - crashAt <= policy.restart.windowMs),
      };
    }),
    forgive: assign({ window: [], excluded: [], verdict: null, reason: null, detail: null }),
    setReason: assign(({ event }) =>
      'reason' in event && event.reason !== null ? { reason: event.reason, detail: event.detail } : {}),
    setNoPorts: assign(({ event }) => ({
      reason: 'no-ports' as const,
      detail: event.type === 'NO_PORTS' ? event.detail : 'The search for a free port took too long.',
    })),
    setNotRunnable: assign({ reason: 'not-runnable' as const, detail: 'Looking for the backend took too long.' }),
    setVerdict: assign(({ context }) => ({ reason: context.verdict ?? ('crash-budget' as const), detail: context.record && lastWords(context.record) })),
    setUnkillable: assign(({ context }) => ({
      reason: 'unkillable' as const,
      detail: `Process ${context.pid ?? 'unknown'} or one that it started did not end.`,
    })),
    setQuit: assign(({ context, event }) => ({ quit: true, urgent: context.urgent || isUrgent(event) })),
    spawn: raise({ type: 'process.spawn' }),
    end: raise({ type: 'process.end', hard: false }),
    endHard: raise({ type: 'process.end', hard: true }),
    hurry: raise({ type: 'process.hurry' }),
    raiseLost: raise(({ context, event }) => {
      const { portTaken, code, signal, stderrTail } = event.type === 'EXITED' ? event : NO_EXIT;
      // An effect throws when it is started, which is at once when the process before it is gone.
      const at = 'at' in event ? event.at : context.goneAt;
      return { type: 'process.lost' as const, at, spawnError: spawnErrorOf(event), portTaken, code, signal, stderrTail };
    }),
    raiseGone: raise({ type: 'process.gone' }),
    raiseStuck: raise({ type: 'process.stuck' }),
    dump: sendTo('process', { type: 'DUMP' }),
    terminate: sendTo('process', { type: 'SIGTERM' }),
    kill: sendTo('process', { type: 'SIGKILL' }),
  },
});
