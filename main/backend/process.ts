/** The backend's process: spawned in a group of its own, its output drained line by line, its end reported once. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { EffectInputs } from '../../machines/context';
import type { FatalReason } from '../../machines/policy';
import { commandOf, environmentOf } from './command';
import { reportingEffect, type EffectTools } from './effects';
import type { Generation } from './generations';
import { createLineSplitter } from './lines';
import { listenersSync } from './procfs';

/** How many lines of stderr are kept as evidence of a crash. */
const TAIL_LINES = 40;
/** After `exit`, the pipes may still hold the traceback; a grandchild that keeps them open must not delay the report. */
const DRAIN_MS = 50;
/** Another try may help when the system was short of something. */
const TRANSIENT = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY']);

const reasonOf = (code: string): FatalReason | null =>
  TRANSIENT.has(code) ? null : code === 'ENOENT' ? 'executable-missing' : 'not-runnable';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';

/** Signals the whole group; false where it is gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    return false;
  }
}

export const createProcess = (tools: EffectTools) => reportingEffect<EffectInputs['process']>((input, report, onCommand) => {
  const { clock, log } = tools;
  const generation = tools.generations.begin(input.generation, input.port);
  const tail: string[] = [];
  let child: ChildProcess;

  const failed = (error: unknown): void => {
    const code = codeOf(error);
    log.error('the backend could not be spawned', { generation: input.generation, error: String(error) });
    report({ type: 'SPAWN_FAILED', generation: input.generation, at: clock.now(), reason: reasonOf(code), detail: String(error) });
  };

  try {
    const command = commandOf(tools, input.port);
    child = spawn(command.executable, [...command.args], {
      cwd: command.folder,
      env: environmentOf(tools, generation),
      // Its own group and session: one signal reaches all of it, and a Ctrl-C in our terminal does not.
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (error) {
    // ENOEXEC, ENOTDIR and E2BIG are thrown, not emitted.
    failed(error);
    return () => {};
  }

  child.on('error', (error) => {
    if (child.pid === undefined) failed(error);
    else log.warn('the backend process reported an error', { error: String(error) });
  });
  // On EMFILE the streams are undefined, although their types say otherwise.
  if (child.pid === undefined || !child.stdout || !child.stderr || !child.stdin) return () => {};

  tools.generations.attach(generation, child);
  tools.record.write(input.generation);
  log.info('backend spawned', { generation: input.generation, pid: child.pid, port: input.port });
  report({ type: 'SPAWNED', generation: input.generation, pid: child.pid });

  const stdout = createLineSplitter((line) => { tools.onOutput('stdout', line); });
  const stderr = createLineSplitter((line) => {
    if (tail.push(line) > TAIL_LINES) tail.shift();
    tools.onOutput('stderr', line);
  });
  child.stdout.on('data', stdout.write).on('end', stdout.end);
  child.stderr.on('data', stderr.write).on('end', stderr.end);
  // The pipe is held open, never written to: its end tells the backend that the app is gone.
  child.stdin.on('error', () => {});

  child.once('exit', (code, signal) => {
    const at = clock.now();
    let reported = false;
    const conclude = (): void => {
      if (reported) return;
      reported = true;
      clock.clearTimeout(timer);
      stdout.end();
      stderr.end();
      log.info('backend exited', { generation: input.generation, pid: child.pid, code, signal });
      report({
        type: 'EXITED', generation: input.generation, at, code, signal, portTaken: isPortTaken(tools, generation, code), stderrTail: [...tail],
      });
    };
    const timer = clock.setTimeout(conclude, DRAIN_MS);
    child.once('close', conclude);
  });

  onCommand((event) => {
    if (child.pid === undefined) return;
    if (event.type === 'SIGTERM' || event.type === 'SIGKILL') {
      log.info('signal to the backend', { generation: input.generation, signal: event.type });
      signalGroup(child.pid, event.type);
    }
  });
  return () => {};
});

/** By the spec's exit code; for a guest that has none, by finding somebody on its port when it has died. */
function isPortTaken(tools: EffectTools, generation: Generation, code: number | null): boolean {
  if (code !== null && tools.spec.exitCodes[String(code)] === 'port-taken') return true;
  const knowsCode = Object.values(tools.spec.exitCodes).includes('port-taken');
  return !knowsCode && (listenersSync() ?? []).some(({ port }) => port === generation.port);
}
