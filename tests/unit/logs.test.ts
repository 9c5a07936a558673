/** What is written to the log folder: the backend's output with times, each crash once with its evidence, each end of the tries, and traces that replay. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createActor, fromCallback, type AnyEventObject } from 'xstate';
import { checkBackendSpec, policyOf } from '../../main/backend/spec';
import { createAppendFile } from '../../main/logs/appendFile';
import { createLogFile, createLogs, type Logs } from '../../main/logs/logs';
import { createTrace } from '../../main/logs/trace';
import type { Crash, EffectInputs } from '../../machines/context';
import { lifecycle } from '../../machines/lifecycle';
import { project } from '../../machines/status';
import { replay } from '../../machines/trace';
import type { BackendStatus } from '../../preload/contract';
import { removeFolders, temporaryFolder } from '../support/folders';

const spec = checkBackendSpec({ name: 'Guest', command: { development: ['server'] } }, 'the test');
let folder: string;
let logs: Logs;

beforeEach(() => {
  folder = temporaryFolder();
  logs = createLogs(folder, spec, createLogFile(path.join(folder, 'main.log')), () => '');
});
afterEach(async () => {
  await logs.close();
  removeFolders();
});

const read = async (name: string): Promise<string> => {
  await logs.close();
  return readFileSync(path.join(folder, name), 'utf8');
};
const idle = project(createActor(lifecycle, { input: {} }).getSnapshot());
const status = (changes: Partial<BackendStatus>): BackendStatus => ({ ...idle, seq: 1, at: 0, nextTryAt: null, ...changes });
const crash = (generation: number): Crash =>
  ({ generation, at: 0, cause: `exited with code ${generation}`, code: generation, signal: null, stderrTail: ['Traceback', `the reason ${generation}`] });

test('Scenario: Backend logs are captured: stdout and stderr with time stamps of milliseconds', async () => {
  void logs.onOutput('stdout', 'hello\nagain\n');
  void logs.onOutput('stderr', 'trouble\n');
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
  expect(await read('backend.log')).toMatch(new RegExp(`^${time} INFO stdout hello\n${time} INFO stdout again\n${time} WARN stderr trouble\n$`));
});

test('Scenario: Python runtime error: a failed start is in backend_errors.log with code, signal, cause and stderr', async () => {
  logs.onStatus(status({ state: 'crashed', crash: crash(1) }));
  expect(await read('backend_errors.log')).toMatch(/^\S+ ERROR generation 1: exited with code 1 \(code 1, signal -\)\n {4}Traceback\n {4}the reason 1\n$/);
});

test('each crash stands there once, however many statuses carry it', async () => {
  for (const generation of [1, 2, 3]) {
    for (const state of ['crashed', 'backoff', 'starting', 'healthy'] as const) logs.onStatus(status({ state, crash: crash(generation) }));
  }
  logs.onStatus(status({ state: 'fatal', reason: 'crash-budget', detail: 'exited with code 3', crash: crash(3) }));
  logs.onStatus(status({ state: 'starting', crash: crash(3) }));
  logs.onStatus(status({ state: 'healthy', crash: crash(3) }));
  const lines = (await read('backend_errors.log')).split('\n').filter((line) => line.includes('ERROR'));
  expect(lines.map((line) => line.slice(line.indexOf('ERROR') + 6))).toEqual([
    'generation 1: exited with code 1 (code 1, signal -)', 'generation 2: exited with code 2 (code 2, signal -)',
    'generation 3: exited with code 3 (code 3, signal -)', 'fatal, crash-budget: exited with code 3',
  ]);
});

test('an end without a crash is there too, and again when Retry ends in the same way', async () => {
  const fatal = status({ state: 'fatal', reason: 'no-ports', detail: 'all taken' });
  for (const each of [fatal, fatal, status({ state: 'starting' }), fatal]) logs.onStatus(each);
  expect((await read('backend_errors.log')).match(/ERROR fatal, no-ports: all taken/g)).toHaveLength(2);
});

test('a run without failures makes no file of errors', async () => {
  logs.onStatus(status({ state: 'healthy' }));
  await logs.close();
  expect(readdirSync(folder)).toEqual(['backend.log']);
});

const waits = <Name extends keyof EffectInputs>() => fromCallback<AnyEventObject, EffectInputs[Name]>(() => {});

test('each part of a rotated trace replays by itself', async () => {
  const trace = createTrace(spec, '1.0.0');
  const file = createAppendFile({ file: path.join(folder, 'lifecycle.ndjson'), maxBytes: 4_000, keepDays: 7, opening: trace.opening });
  const actor = createActor(lifecycle.provide({
    actors: {
      locate: waits<'locate'>(), choosePort: waits<'choosePort'>(), process: waits<'process'>(), awaitReady: waits<'awaitReady'>(),
      probe: waits<'probe'>(), ask: waits<'ask'>(), sweep: waits<'sweep'>(),
    },
  }), { input: { policy: policyOf(spec) }, inspect: trace.inspect });
  actor.start();
  actor.send({ type: 'START' });
  trace.connect((line) => { void file.append(line); });
  for (let generation = 1; generation <= 8; generation += 1) {
    actor.send({ type: 'LOCATED' });
    actor.send({ type: 'PORT', port: 8_000 + generation });
    actor.send({ type: 'SPAWNED', generation, pid: 100 + generation });
    await file.flush();
    actor.send({ type: 'READY', generation, at: generation, proof: true });
    actor.send({ type: 'RESTART' });
    actor.send({ type: 'EXITED', generation, at: generation, portTaken: false, code: 0, signal: null, stderrTail: [] });
    actor.send({ type: 'SWEPT', generation, at: generation });
    await file.flush();
  }
  actor.stop();
  await file.close();
  const parts = readdirSync(folder).filter((name) => name.startsWith('lifecycle'));
  expect(parts.length).toBeGreaterThan(3);
  const replays = parts.map((name) => replay(lifecycle, readFileSync(path.join(folder, name), 'utf8')));
  expect(replays.filter(({ same }) => !same)).toEqual([]);
  expect(replays.reduce((sum, { steps }) => sum + steps, 0)).toBeGreaterThanOrEqual(57);
});
