/** The backend under test: started by its spec as the runtime would, asked over HTTP, always ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, environmentOf } from '../../main/backend/command';
import { Generations, type Generation } from '../../main/backend/generations';
import { makeTemporary } from '../../main/backend/temporary';
import { signalGroup } from '../../main/backend/process';
import type { BackendSpec, Placeholders } from '../../main/backend/spec';
import { Broken } from './clause';
import { descendantsOf, isAlive, namedFor, untilGone, type Alive } from '../support/processes';

const POLL_MS = 10;
/** Longer than any wait of a spec that a clause measures, so that it is the clause that fails. */
const ENOUGH_MS = 20_000;

export interface Target {
  readonly spec: BackendSpec;
  readonly packaged: boolean;
  readonly placeholders: Pick<Placeholders, 'python' | 'resources' | 'app'>;
}

export interface Launch {
  /** Kept by the caller; without one it is a new folder. */
  readonly userData?: string;
  readonly port?: number;
  /** On top of the spec's; undefined takes a variable out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface Exit { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly afterMs: number }

export interface Answer { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string; readonly tookMs: number }

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** With the bearer token. */
  readonly trusted?: boolean;
  readonly timeoutMs?: number;
}

export class Launched {
  readonly port: number;
  readonly userData: string;
  readonly generation: Generation;
  readonly pid: number;
  readonly child: ChildProcess;
  /** From the spawn. */
  readonly exited: Promise<Exit>;
  readonly #spec: BackendSpec;
  readonly #temporary: string | null;
  readonly #output = { stdout: '', stderr: '' };
  readonly #seen = new Map<number, Alive>();

  constructor(target: Target, port: number, options: Launch) {
    this.#spec = target.spec;
    this.port = port;
    this.#temporary = options.userData === undefined ? mkdtempSync(path.join(os.tmpdir(), 'conformance tést ')) : null;
    this.userData = options.userData ?? this.#temporary ?? '';
    const placeholders = { ...target.placeholders, userData: this.userData };
    this.generation = new Generations(this.userData).begin(1, port);
    this.generation.temporary = makeTemporary(this.generation.temporary);
    const { executable, args, folder } = commandOf({ ...target, placeholders }, port);
    const environment: Record<string, string | undefined> = { ...environmentOf({ ...target, placeholders }, this.generation), ...options.environment };
    const startedAt = performance.now();
    this.child = spawn(executable, args, { cwd: folder, env: environment, detached: process.platform !== 'win32', stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of ['stdout', 'stderr'] as const) this.child[stream]?.setEncoding('utf8').on('data', (text: string) => { this.#output[stream] += text; });
    this.child.stdin?.on('error', () => {});
    let failure: Error | null = null;
    this.child.on('error', (error) => { failure = error; });
    this.exited = once(this.child, 'close').then(([code, signal]) => {
      if (failure !== null) throw new Broken(`${executable} could not be started: ${failure.message}`);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, afterMs: performance.now() - startedAt };
    });
    this.exited.catch(() => {});
    this.pid = this.child.pid ?? -1;
    this.generation.pid = this.pid;
  }

  get stdout(): string { return this.#output.stdout; }
  get stderr(): string { return this.#output.stderr; }
  /** The last words, for a report. */
  get lastWords(): string { return (this.stderr.trim() || this.stdout.trim()).split('\n').at(-1) ?? ''; }

  /** It and all its descendants, remembered also when they lose their parent later. */
  tree(): Alive[] {
    for (const pid of [this.pid, ...descendantsOf(this.pid)]) if (!this.#seen.has(pid)) this.#seen.set(pid, namedFor(pid));
    return [...this.#seen.values()];
  }

  /** Waits for the first right answer to the health request; resolves with the milliseconds. */
  async ready(): Promise<number> {
    const { startup } = this.#spec.health;
    const startedAt = performance.now();
    while (performance.now() - startedAt < startup.intervalMs * startup.attempts) {
      if (this.child.exitCode !== null) throw new Broken(`it exited with ${this.child.exitCode} instead of starting: ${this.lastWords}`);
      const answer = await this.ask(this.#spec.health.path, { timeoutMs: startup.timeoutMs }).catch(() => null);
      if (answer?.status === this.#spec.health.status) {
        this.tree();
        return performance.now() - startedAt;
      }
      await sleep(POLL_MS);
    }
    throw new Broken(`no ${this.#spec.health.status} from ${this.#spec.health.path} within ${startup.intervalMs * startup.attempts} ms; it said: ${this.lastWords}`);
  }

  /** Waits until something listens on the port. */
  async listening(): Promise<void> {
    for (const end = performance.now() + ENOUGH_MS; performance.now() < end && this.child.exitCode === null;) {
      if (await this.connects()) return;
      await sleep(1);
    }
    throw new Broken(`it never listened: ${this.lastWords}`);
  }

  async connects(): Promise<boolean> {
    return await new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1');
      socket.once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => { resolve(false); });
    });
  }

  /** One request on a connection of its own. */
  async ask(target: string, { method = 'GET', headers = {}, body, trusted = false, timeoutMs = ENOUGH_MS }: Question = {}): Promise<Answer> {
    const askedAt = performance.now();
    const authorization = trusted ? { authorization: `Bearer ${this.generation.token}` } : {};
    return await new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, path: target, method, headers: { connection: 'close', ...authorization, ...headers }, agent: false });
      const timer = setTimeout(() => { request.destroy(new Error(`no answer to ${method} ${target} within ${timeoutMs} ms`)); }, timeoutMs);
      request.once('error', (error) => { clearTimeout(timer); reject(error); });
      request.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; });
        response.once('close', () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, tookMs: performance.now() - askedAt });
        });
      });
      request.end(body);
    });
  }

  /** The shutdown request of the spec, with the token where it takes one. */
  async askToStop(question: Question = {}): Promise<Answer> {
    return await this.ask(this.#spec.shutdown.path ?? '/', { method: this.#spec.shutdown.method, trusted: true, ...question });
  }

  /** A connection that says `text` and no more. */
  async saying(text: string): Promise<net.Socket> {
    const socket = net.connect(this.port, '127.0.0.1');
    socket.on('error', () => {});
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    socket.write(text);
    return socket;
  }

  /** The exit, or a Broken when there is none in time. */
  async exit(withinMs: number, why: string): Promise<Exit> {
    const askedAt = performance.now();
    const late = new AbortController();
    const exit = await Promise.race([this.exited, sleep(withinMs, null, { signal: late.signal })]);
    late.abort();
    if (exit === null) throw new Broken(`it still ran ${withinMs} ms after ${why}`);
    return { ...exit, afterMs: performance.now() - askedAt };
  }

  /** Ends it with all its descendants, whatever state it is in. */
  async end(): Promise<void> {
    const tree = this.tree();
    if (this.pid > 0 && isAlive(namedFor(this.pid))) signalGroup(this.pid, 'SIGKILL');
    for (const one of tree.filter(isAlive)) process.kill(one.pid, 'SIGKILL');
    await untilGone(tree, ENOUGH_MS);
    await this.exited.catch(() => {});
    if (this.#temporary !== null) rmSync(this.#temporary, { recursive: true, force: true });
  }
}

/** A port that nobody listens on now, or the one that the spec fixes. */
export async function portFor({ ports }: BackendSpec): Promise<number> {
  if ('fixed' in ports) return ports.fixed;
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
