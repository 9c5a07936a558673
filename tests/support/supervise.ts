/** Runs the real supervisor under plain Node with a puppet backend, and waits for statuses by event. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { EffectTools, Log } from '../../main/backend/effects';
import { findGuard } from '../../main/backend/guard';
import { checkBackendSpec, readBackendSpec, type BackendSpec } from '../../main/backend/spec';
import { createSupervisor, type Supervisor } from '../../main/backend/supervisor';
import type { BackendStatus } from '../../preload/contract';

/** Waits of the requirements divided by this, so that a test of minutes takes seconds. */
const FASTER = 50;
/** A puppet that was stopped never answers. */
const ANSWER_MS = 5_000;
const PUPPET = path.resolve(__dirname, '../fixtures/backends/puppet.py');
export const ROOT = path.resolve(__dirname, '../..');
export const PRODUCT_SPEC = path.join(ROOT, 'backend-spec/backend.json');
export const PYTHON = path.join(ROOT, '.venv/bin/python');

/** Below the system's own choices, and another part for each process, so that runs beside one another do not meet. */
const from = 20_000 + (process.pid % 240) * 50;
export const PORTS = { from, to: from + 49 };

/** A spec for the puppet: the requirements' numbers ÷ 50, on ports that no other test uses. */
export function puppetSpec(changes: { readonly environment?: Record<string, string> } & Record<string, unknown> = {}): BackendSpec {
  const { environment, ...rest } = changes;
  return checkBackendSpec({
    name: 'Puppet',
    command: { development: [PYTHON, '-S', '-E', PUPPET] },
    arguments: ['--port', '{port}'],
    environment: { PUPPET_TOKEN: '{token}', ...environment },
    ports: PORTS,
    health: {
      startup: { intervalMs: 500 / FASTER, attempts: 3_000, timeoutMs: 2_000 },
      liveness: { intervalMs: 30_000 / FASTER, timeoutMs: 5_000 / FASTER },
      reconnect: { intervalMs: 1_000 / FASTER, attempts: 3, timeoutMs: 2_000 / FASTER },
    },
    shutdown: { path: '/api/shutdown', askMs: 5_000 / FASTER * 4, termMs: 2_000 / FASTER * 4, killMs: 3_000 },
    restart: { delayMs: 2_000 / FASTER, budget: 3, windowMs: 300_000 },
    identity: 'proof',
    exitCodes: { 65: 'database', 73: 'user-data', 78: 'configuration', 98: 'port-taken' },
    ...rest,
  }, 'the test');
}

export interface LogLine { readonly level: keyof Log; readonly message: string; readonly details: Record<string, unknown> }

export interface Bench {
  readonly supervisor: Supervisor;
  readonly userData: string;
  readonly history: BackendStatus[];
  readonly log: LogLine[];
  readonly output: string[];
  /** Resolves with the first status from now on, the current one included, for which `test` holds. */
  readonly until: (test: (status: BackendStatus) => boolean) => Promise<BackendStatus>;
  readonly untilState: (state: BackendStatus['state']) => Promise<BackendStatus>;
  /** Sends a command to the puppet; resolves with what it answers, or '' where it can't any more. */
  readonly puppet: (command: string) => Promise<string>;
  /** Ends everything and removes the folder. */
  readonly close: () => Promise<void>;
}

export interface BenchOptions {
  readonly userData?: string;
  /** The packaged form of its command. */
  readonly packaged?: boolean;
  /** With the product's guard above the backend. */
  readonly guard?: boolean;
  /** Gets what the backend prints, in place of `output`. */
  readonly onOutput?: EffectTools['onOutput'];
  /** Hears each line of the log at once. */
  readonly onLog?: (line: LogLine) => void;
}

export function supervise(spec: BackendSpec, options: BenchOptions = {}): Bench {
  const userData = options.userData ?? mkdtempSync(path.join(os.tmpdir(), 'pocketmusec-test-'));
  const log: LogLine[] = [];
  const output: string[] = [];
  const write = (level: keyof Log) => (message: string, details: object = {}): void => {
    const line: LogLine = { level, message, details: details as Record<string, unknown> };
    log.push(line);
    options.onLog?.(line);
  };
  const placeholders = { python: PYTHON, resources: ROOT, app: ROOT, userData };
  const supervisor = createSupervisor({
    spec, packaged: options.packaged === true,
    placeholders,
    guard: options.guard === true ? findGuard(readBackendSpec(PRODUCT_SPEC), false, placeholders) : null,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    onOutput: options.onOutput ?? ((_stream, lines) => {
      output.push(...lines.slice(0, -1).split('\n'));
      return null;
    }),
  });
  const history = [supervisor.current()];
  supervisor.subscribe((status) => { history.push(status); });

  const until = async (test: (status: BackendStatus) => boolean): Promise<BackendStatus> => {
    if (test(supervisor.current())) return supervisor.current();
    return await new Promise((resolve) => {
      const unsubscribe = supervisor.subscribe((status) => {
        if (!test(status)) return;
        unsubscribe();
        resolve(status);
      });
    });
  };
  const untilState = async (state: BackendStatus['state']): Promise<BackendStatus> => await until((status) => status.state === state);
  return {
    supervisor, userData, history, log, output, until, untilState,
    puppet: async (command) => {
      try {
        return await (await fetch(`http://127.0.0.1:${supervisor.current().port}/puppet/${command}`, { signal: AbortSignal.timeout(ANSWER_MS) })).text();
      } catch {
        return '';
      }
    },
    close: async () => {
      supervisor.quit(false);
      await until(({ state }) => state === 'stopped' || state === 'fatal');
      if (options.userData === undefined) rmSync(userData, { recursive: true, force: true });
    },
  };
}

/** The states that were gone through, sub-states aside. */
export const statesOf = ({ history }: Bench): string[] => history.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);

/** The signals that the backend was sent, in order. */
export const signals = ({ log }: Bench): unknown[] => log.filter(({ message }) => message === 'signal to the backend').map(({ details }) => details['signal']);
