/** Where the port is chosen: the former one if it is free, else the first free one of the spec's range on 127.0.0.1. */
import type { EffectInputs } from '../../machines/context';
import { reportingEffect, type EffectTools } from './effects';
import { errorCode } from './errorCode';
import { loopbackListenersSync } from './procfs';
import type { BackendSpec } from './spec';

const HOST = '127.0.0.1';

export interface PortRange { readonly from: number; readonly to: number }

/** Ports of the range that somebody listens on; null where the system does not tell. */
export function takenPorts({ from, to }: PortRange): Set<number> | null {
  const listeners = loopbackListenersSync();
  if (!listeners) return null;
  return new Set(listeners.map(({ port }) => port).filter((port) => port >= from && port <= to));
}

/**
 * A choice without the event loop, which does not turn before Electron is ready: from the kernel's table of listeners, or, where
 * there is none, the first candidate; a wrong guess costs one exit with "port taken" and no crash.
 */
export function choosePortSync(range: PortRange, former: number | null, excluded: readonly number[]): number | null {
  const taken = takenPorts(range);
  const isFree = (port: number): boolean => !excluded.includes(port) && taken?.has(port) !== true;
  if (former !== null && former >= range.from && former <= range.to && isFree(former)) return former;
  for (let port = range.from; port <= range.to; port += 1) if (isFree(port)) return port;
  return null;
}

/** The same choice by portfinder, which binds each candidate to try it. Throws where it could not try (no descriptors left). */
export async function choosePort(range: PortRange, former: number | null, excluded: readonly number[]): Promise<number | null> {
  // Loaded when it is first needed: the start of the app, which chooses by itself, is not the time.
  const { default: portfinder } = await import('portfinder');
  const search = async (from: number, to: number): Promise<number | null> => {
    for (let start = from; start <= to;) {
      let port: number;
      try {
        port = await portfinder.getPortPromise({ port: start, stopPort: to, host: HOST });
      } catch (error) {
        // What it says by itself has no code: it tried them all.
        if (errorCode(error) !== '') throw error;
        return null;
      }
      if (!excluded.includes(port)) return port;
      start = port + 1;
    }
    return null;
  };
  const again = former !== null && former >= range.from && former <= range.to ? await search(former, former) : null;
  return again ?? await search(range.from, range.to);
}

/** A fixed port is a range of one. */
export const rangeOf = ({ ports }: Pick<BackendSpec, 'ports'>): PortRange => ('fixed' in ports ? { from: ports.fixed, to: ports.fixed } : ports);

export function createChoosePort(tools: EffectTools) {
  const range = rangeOf(tools.spec);
  let isFirst = true;
  return reportingEffect<EffectInputs['choosePort']>(({ excluded, former }, report) => {
    const conclude = (port: number | null): void => {
      if (port !== null) {
        report({ type: 'PORT', port });
        return;
      }
      const taken = takenPorts(range);
      tools.log.error('no free port', { ...range, excluded, taken: taken ? [...taken].toSorted((a, b) => a - b) : 'the system does not tell' });
      report({ type: 'NO_PORTS', detail: `Every port from ${range.from} to ${range.to} on this computer is in use.` });
    };
    if (isFirst) {
      isFirst = false;
      conclude(choosePortSync(range, former, excluded));
      return;
    }
    choosePort(range, former, excluded).then(conclude, (error: unknown) => {
      // That we can't try a port does not make it taken: the backend finds out.
      tools.log.error('the port scan failed', { error: String(error) });
      conclude(choosePortSync(range, former, excluded));
    });
  });
}
