/** The processes that this app started, by generation: what a signal, a proof, a sweep or a request header needs to know of each. */
import { randomBytes } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { readStatSync, type Membership } from './procfs';
import { removeTemporary, temporaryIn } from './temporary';

export interface Generation {
  readonly number: number;
  /** `BOOT-NUMBER`, unique over all runs of the app: stands in the environment of all that the generation starts. */
  readonly mark: string;
  /** The bearer token, new for each generation; only ever in the child's environment and in request headers made by main. */
  readonly token: string;
  readonly port: number;
  /** The folder for its temporary files; made before it is spawned. */
  temporary: string;
  child: ChildProcess | null;
  pid: number | null;
  startTicks: number;
}

/** The variable that marks every process of a generation. */
export const GENERATION_VARIABLE = 'POCKETMUSEC_GENERATION';

/** By what the system knows this generation's processes. */
export const membershipOf = ({ pid, mark, startTicks }: Pick<Generation, 'pid' | 'mark' | 'startTicks'>): Membership =>
  ({ leader: pid, mark: `${GENERATION_VARIABLE}=${mark}`, sinceTicks: startTicks });

export class Generations {
  readonly #run = randomBytes(6).toString('hex');
  readonly #all = new Map<number, Generation>();
  readonly #userData: string;

  constructor(userData: string) {
    this.#userData = userData;
  }

  /** Begins a generation; its process is attached by `attach`. */
  begin(number: number, port: number): Generation {
    const mark = `${this.#run}-${number}`;
    const generation: Generation = {
      number, port, mark, temporary: temporaryIn(this.#userData, mark), token: randomBytes(32).toString('hex'), child: null, pid: null, startTicks: 0,
    };
    this.#all.set(number, generation);
    return generation;
  }

  attach(generation: Generation, child: ChildProcess): void {
    generation.child = child;
    if (child.pid === undefined) return;
    generation.pid = child.pid;
    generation.startTicks = readStatSync(child.pid)?.startTicks ?? 0;
  }

  get(number: number): Generation | undefined {
    return this.#all.get(number);
  }

  /** Called when nothing of it is left. */
  forget(number: number): void {
    const generation = this.#all.get(number);
    if (generation) removeTemporary(this.#userData, generation.mark);
    this.#all.delete(number);
  }
}
