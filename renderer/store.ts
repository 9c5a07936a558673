/** A value outside React that tells its listeners when it changes. */
import { useSyncExternalStore } from 'react';

export interface Readable<T> {
  get: () => T;
  subscribe: (listener: () => void) => () => void;
}

export interface Store<T> extends Readable<T> {
  set: (next: T) => void;
  update: (change: (old: T) => T) => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    // A copy: a listener may unsubscribe, or set again, while it is called.
    for (const listener of Array.from(listeners)) listener();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Readable<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Resolves with the first value that passes, the present one included; rejects with the signal's reason. */
export function when<T, U extends T>(store: Readable<T>, passes: (value: T) => value is U, signal?: AbortSignal): Promise<U>;
export function when<T>(store: Readable<T>, passes: (value: T) => boolean, signal?: AbortSignal): Promise<T>;
export function when<T>(store: Readable<T>, passes: (value: T) => boolean, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let unsubscribe = (): void => {};
    const leave = (): void => {
      unsubscribe();
      signal?.removeEventListener('abort', aborted);
    };
    const aborted = (): void => {
      leave();
      reject(abortReason(signal));
    };
    const look = (): boolean => {
      const value = store.get();
      if (!passes(value)) return false;
      leave();
      resolve(value);
      return true;
    };
    if (signal?.aborted) return aborted();
    if (look()) return;
    unsubscribe = store.subscribe(look);
    signal?.addEventListener('abort', aborted);
  });
}

/** An Error in any case: `abort(reason)` takes whatever it is given. */
export function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError');
}
