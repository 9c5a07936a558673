/** Runs the lifecycle machine with its real effects and publishes each change of its projection. Needs Node only, not Electron. */
import { createActor, type InspectionEvent } from 'xstate';
import type { Command } from '../../machines/events';
import { lifecycle } from '../../machines/lifecycle';
import { project, type Projection } from '../../machines/status';
import type { BackendStatus } from '../../preload/contract';
import { createAsk } from './ask';
import { createAwaitReady } from './awaitReady';
import { createChoosePort } from './choosePort';
import { createClock } from './clock';
import type { EffectTools, Log } from './effects';
import { Generations } from './generations';
import type { Guard } from './guard';
import { createLocate } from './locate';
import { createProbe } from './probe';
import { createProcess } from './process';
import { clearRecord, endFormerGeneration, writeRecord } from './record';
import { policyOf, type BackendSpec } from './spec';
import { createSweep } from './sweep';
import { clearTemporary } from './temporary';

export interface SupervisorOptions {
  readonly spec: BackendSpec;
  readonly packaged: boolean;
  readonly placeholders: EffectTools['placeholders'];
  /** Stands above a backend that does not guard itself. Without one, descendants that left its group and its environment outlive it. */
  readonly guard?: Guard | null;
  readonly log: Log;
  readonly onOutput: EffectTools['onOutput'];
  /** Sees every event and transition, for the trace. */
  readonly inspect?: (event: InspectionEvent) => void;
}

/** A command as people give it; the time is added here. */
export type UserIntent = Exclude<Command['type'], 'QUIT'>;

export interface Supervisor {
  readonly send: (intent: UserIntent) => void;
  readonly quit: (urgent: boolean) => void;
  readonly current: () => BackendStatus;
  /** Calls back with each later status; returns the function that unsubscribes. */
  readonly subscribe: (listener: (status: BackendStatus) => void) => () => void;
  /** What a request to the backend must carry: its port and token, while it can be reached and has proved that it is ours; else null. */
  readonly access: () => { readonly port: number; readonly token: string } | null;
}

function stamp({ nextTryInMs, ...projection }: Projection, seq: number): BackendStatus {
  const at = Date.now();
  return { ...projection, seq, at, nextTryAt: nextTryInMs === null ? null : at + nextTryInMs };
}

/** Creates the supervisor in `idle`; nothing runs before START. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { spec, log, placeholders } = options;
  const clock = createClock(() => {
    log.info('awake after a gap');
    actor.send({ type: 'RESUME', at: clock.now() });
  });
  const generations = new Generations(placeholders.userData);
  const policy = policyOf(spec);
  const tools: EffectTools = {
    spec, policy, packaged: options.packaged, placeholders, clock, generations, log,
    guard: options.guard ?? null,
    onOutput: options.onOutput,
    record: {
      write: (number) => {
        const generation = generations.get(number);
        if (generation) writeRecord(placeholders.userData, generation, log);
      },
      clear: () => { clearRecord(placeholders.userData, log); },
    },
  };
  const machine = lifecycle.provide({
    actors: {
      locate: createLocate(tools), choosePort: createChoosePort(tools), process: createProcess(tools),
      awaitReady: createAwaitReady(tools), probe: createProbe(tools), ask: createAsk(tools), sweep: createSweep(tools),
    },
  });
  const actor = createActor(machine, {
    input: { policy },
    clock: {
      setTimeout: clock.setTimeout,
      // XState hands back what setTimeout returned; its type is wider than ours.
      clearTimeout: (id: number) => { clock.clearTimeout(id); },
    },
    ...(options.inspect && { inspect: options.inspect }),
  });

  const listeners = new Set<(status: BackendStatus) => void>();
  let projection = project(actor.getSnapshot());
  let status = stamp(projection, 0);
  actor.subscribe((snapshot) => {
    const next = project(snapshot);
    if (JSON.stringify(next) === JSON.stringify(projection)) return;
    projection = next;
    status = stamp(next, status.seq + 1);
    log.info('backend-status', { seq: status.seq, state: status.state, subState: status.subState, generation: status.generation });
    for (const listener of listeners) {
      // One that throws (its window is gone) must not keep the others from hearing it: quit waits for one.
      try {
        listener(status);
      } catch (error) {
        log.error('a listener of backend-status failed', { error: String(error) });
      }
    }
  });
  if (spec.identity === 'none') log.warn('identity "none": whoever answers on the port is taken for the backend');
  endFormerGeneration(placeholders.userData, log);
  clearTemporary(placeholders.userData);
  actor.start();

  return {
    send: (type) => {
      if (type === 'PROBE_NOW' || type === 'RESUME') actor.send({ type, at: clock.now() });
      else actor.send({ type });
    },
    quit: (urgent) => { actor.send({ type: 'QUIT', urgent }); },
    current: () => status,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    access: () => {
      const { generation, proven } = actor.getSnapshot().context;
      const running = generations.get(generation);
      return proven && running && status.url !== null ? { port: running.port, token: running.token } : null;
    },
  };
}
