/** Readiness: the 500 ms poll of the requirements, and beside it one probe that goes out the moment the port opens. */
import net from 'node:net';
import type { EffectInputs } from '../../machines/context';
import { slowAfterMs } from '../../machines/policy';
import { reportingEffect, type EffectTools } from './effects';
import { probeHealth } from './health';
import { loadClient } from './http';

/** A refused connect on loopback costs some 50 µs, and the wait for the next poll would cost 250 ms on average. */
const CONNECT_EVERY_MS = 5;

export const createAwaitReady = (tools: EffectTools) => reportingEffect<EffectInputs['awaitReady']>((input, report) => {
  const { clock, generations, policy } = tools;
  const generation = generations.get(input.generation);
  if (!generation) return () => {};

  let isOver = false;
  const cancels = new Set<() => void>();
  const probe = (timeoutMs: number, then: (why: string) => void): void => {
    const cancel = probeHealth(tools, generation, timeoutMs, (result) => {
      cancels.delete(cancel);
      if (isOver) return;
      if (!result.ok) {
        then(result.why);
        return;
      }
      stop();
      report({ type: 'READY', generation: input.generation, at: clock.now(), proof: true });
    });
    cancels.add(cancel);
  };

  let pollTimer = 0;
  let isPolling = false;
  const poll = (): void => {
    pollTimer = clock.setTimeout(poll, policy.startup.intervalMs);
    if (isPolling) return;
    isPolling = true;
    probe(policy.startup.timeoutMs, () => { isPolling = false; });
  };

  let connectTimer = 0;
  let socket: net.Socket | null = null;
  const knock = (): void => {
    socket = net.connect({ port: input.port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket?.destroy();
      // It may wait as long as a start may take: our backend binds early and holds the request until it can answer.
      probe(slowAfterMs(policy), () => {});
    });
    socket.once('error', () => {
      socket?.destroy();
      // A refusal that was already on its way when we were stopped.
      if (!isOver) connectTimer = clock.setTimeout(knock, CONNECT_EVERY_MS);
    });
  };

  const stop = (): void => {
    isOver = true;
    clock.clearTimeout(pollTimer);
    clock.clearTimeout(connectTimer);
    socket?.removeAllListeners('connect').destroy();
    for (const cancel of cancels) cancel();
    cancels.clear();
  };
  // The first poll after its interval: until then, knocking finds out the same for less.
  pollTimer = clock.setTimeout(poll, policy.startup.intervalMs);
  knock();
  // What the first probe needs is loaded while the backend is on its way.
  const loading = clock.setTimeout(() => { void loadClient(); }, 0);
  return () => {
    clock.clearTimeout(loading);
    stop();
  };
});
