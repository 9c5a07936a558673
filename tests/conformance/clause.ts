/** What a clause of the contract is, and what may come of it. */
import type { BackendSpec } from '../../main/backend/spec';
import type { Launch, Launched, Target } from './backend';

/** What a clause may do with the backend under test. */
export interface Kit {
  readonly target: Target;
  /** Starts it as the runtime would; ended after the clause at the latest. Resolves at once: see `Launched.ready`. */
  readonly launch: (options?: Launch) => Promise<Launched>;
  /** One that is ready and that clauses share which leave it as they found it. */
  readonly shared: () => Promise<Launched>;
}

export interface Clause {
  /** The sentence of the contract, for this spec. */
  readonly says: (spec: BackendSpec) => string;
  /** Why the contract does not ask it of a backend with this spec; null where it does. */
  readonly spares: (spec: BackendSpec) => string | null;
  /** Resolves with what was found when the clause holds; throws Broken otherwise. */
  readonly check: (kit: Kit) => Promise<string>;
}

/** The backend does not do what a clause says; the message is what was found. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function hold(condition: boolean, found: string): asserts condition {
  if (!condition) throw new Broken(found);
}

type Spared = (spec: BackendSpec) => string | null;

export const everybody: Spared = () => null;
/** The first reason counts. */
export const all = (...conditions: readonly Spared[]): Spared => (spec) => conditions.map((one) => one(spec)).find((why) => why !== null) ?? null;

const uses = (name: string): Spared => (spec) => (spec.environment[name] === undefined ? `its environment has no ${name}` : null);
export const onLinux: Spared = () => (process.platform === 'linux' ? null : 'only Linux tells');
export const withLog = uses('LOG_PATH');
export const withDatabase = uses('DATABASE_PATH');
export const withToken: Spared = (spec) => (Object.values(spec.environment).some((value) => value.includes('{token}')) ? null : 'it is given no {token}');
export const withProof: Spared = (spec) => (spec.identity === 'proof' ? null : `identity is "${spec.identity}"`);
export const withShutdown: Spared = (spec) => (spec.shutdown.path === null ? 'it has no shutdown path' : null);
export const guardingItself: Spared = (spec) => (spec.guardsItself ? null : 'the guard that stands above it sees to that');
export const withDump: Spared = (spec) => (spec.dumpSignal === undefined ? 'it has no dumpSignal' : null);
export const withExitFor = (meaning: string): Spared => (spec) => (exitFor(spec, meaning) === undefined ? `no exit code means "${meaning}"` : null);

/** For sentences: the exit code that has this meaning. */
export const codeFor = (spec: BackendSpec, meaning: string): string => String(exitFor(spec, meaning) ?? 'a code of its own');
/** For sentences: the request that ends it. */
export const stopOf = ({ shutdown }: BackendSpec): string => (shutdown.path === null ? 'its shutdown request' : `${shutdown.method} ${shutdown.path}`);

/** The exit code that the spec maps to this meaning. */
export function exitFor(spec: BackendSpec, meaning: string): number | undefined {
  const code = Object.entries(spec.exitCodes).find(([, value]) => value === meaning)?.[0];
  return code === undefined ? undefined : Number(code);
}
