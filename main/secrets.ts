/** Where a secret is kept: locked by the system's key store where there is one, else in memory until the app ends. Pages never get one back. */
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { SecretKept } from '../preload/contract';
import type { Log } from './backend/effects';
import type { BackendSpec } from './backend/spec';

/** The part of Electron's `safeStorage` that is needed; `isLocked` says whether the system really locks what it is given. */
export interface KeyStore {
  readonly isLocked: () => boolean;
  readonly encrypt: (text: string) => Buffer;
  readonly decrypt: (locked: Buffer) => string;
}

export interface Secrets {
  readonly state: (name: string) => SecretKept;
  readonly keep: (name: string, value: string) => SecretKept;
  readonly forget: (name: string) => SecretKept;
  /** What the spec wants added to a request to this path of the backend. */
  readonly headersFor: (path: string) => Record<string, string>;
}

const fileShape = v.record(v.string(), v.string());

export function createSecrets({ userData, spec, keyStore, log }: { userData: string; spec: Pick<BackendSpec, 'secrets'>; keyStore: KeyStore; log: Log }): Secrets {
  const file = path.join(userData, 'secrets.json');
  const inMemory = new Map<string, string>();
  const known = (name: string): boolean => Object.hasOwn(spec.secrets, name);

  function locked(): Record<string, string> {
    try {
      return v.parse(fileShape, JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      // None yet, or damaged: then it has to be given again.
      return {};
    }
  }
  function write(entries: Record<string, string>): void {
    const half = `${file}.part`;
    writeFileSync(half, JSON.stringify(entries), { mode: 0o600 });
    chmodSync(half, 0o600);
    renameSync(half, file);
  }
  function drop(name: string): void {
    inMemory.delete(name);
    const { [name]: former, ...rest } = locked();
    if (former !== undefined) write(rest);
  }
  function read(name: string): string | null {
    const held = inMemory.get(name);
    if (held !== undefined) return held;
    const kept = locked()[name];
    if (kept === undefined || !keyStore.isLocked()) return null;
    try {
      const value = keyStore.decrypt(Buffer.from(kept, 'base64'));
      inMemory.set(name, value);
      return value;
    } catch (error) {
      // Another user's, or another computer's.
      log.warn('a secret can not be unlocked', { name, error: error instanceof Error ? error.name : 'unknown' });
      return null;
    }
  }
  function state(name: string): SecretKept {
    if (read(name) === null) return 'not-kept';
    return locked()[name] === undefined ? 'session' : 'system';
  }

  return {
    state: (name) => (known(name) ? state(name) : 'not-kept'),
    keep: (name, value) => {
      if (!known(name)) throw new Error(`There is no secret "${name}"; backend.json names those that there are.`);
      drop(name);
      inMemory.set(name, value);
      if (keyStore.isLocked()) write({ ...locked(), [name]: keyStore.encrypt(value).toString('base64') });
      return state(name);
    },
    forget: (name) => {
      drop(name);
      return 'not-kept';
    },
    headersFor: (requestPath) => Object.fromEntries(Object.entries(spec.secrets).flatMap(([name, { header, paths }]) => {
      const value = paths.includes(requestPath) ? read(name) : null;
      return value === null ? [] : [[header, value]];
    })),
  };
}
