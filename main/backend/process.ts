/** The backend's process: spawned in a group of its own, its output drained line by line, its end reported once. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { EffectInputs } from '../../machines/context';
import type { FatalReason } from '../../machines/policy';
import { commandOf, environmentOf } from './command';
import { reportingEffect, type EffectTools } from './effects';
import { errorCode } from './errorCode';
import { END_ALL, guarded } from './guard';
import { membershipOf, type Generation } from './generations';
import { createLineSplitter } from './lines';
import { loopbackListenersSync, ownsPort } from './procfs';
import { makeTemporary } from './temporary';

/** How many lines of stderr are kept as evidence of a crash. */
const TAIL_LINES = 40;
/** After `exit`, the pipes may still hold the traceback; a grandchild that keeps them open must not delay the report. */
const DRAIN_MS = 50;
/** By then the sweep has ended all that it can; who still holds the pipes left the generation, and must not cost us descriptors. */
const LET_GO_MS = 3_000;
/** A guard that was told to end its tree and does not leave is killed with it. */
const GUARD_MS = 500;
/** Another try may help when the system was short of something. */
const TRANSIENT = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY']);

const reasonOf = (code: string): FatalReason | null =>
  TRANSIENT.has(code) ? null : code === 'ENOENT' ? 'executable-missing' : 'not-runnable';

/** Signals the whole group; false where it is gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  return signalProcess(process.platform === 'win32' ? pid : -pid, signal);
}

function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

export const createProcess = (tools: EffectTools) => reportingEffect<EffectInputs['process']>((input, report, onCommand) => {
  const { clock, log } = tools;
  const generation = tools.generations.begin(input.generation, input.port);
  let tail: readonly string[] = [];
  let child: ChildProcess;
  let isGuarded = false;

  const failed = (error: unknown): void => {
    const reason = reasonOf(errorCode(error));
    log.error('the backend could not be spawned', { generation: input.generation, error: String(error) });
    // Otherwise the sweep forgets it.
    if (reason !== null) tools.generations.forget(input.generation);
    report({ type: 'SPAWN_FAILED', generation: input.generation, at: clock.now(), reason, detail: String(error) });
  };

  generation.temporary = makeTemporary(generation.temporary);
  try {
    const command = commandOf(tools, input.port);
    const spawned = guarded(tools.guard, tools.spec, [command.executable, ...command.args]);
    ({ isGuarded } = spawned);
    const [executable = '', ...args] = spawned.command;
    child = spawn(executable, args, {
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
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined || !stdin || !stdout || !stderr) return () => {};

  tools.generations.attach(generation, child);
  tools.record.write(input.generation);
  log.info('backend spawned', { generation: input.generation, pid, port: input.port });
  report({ type: 'SPAWNED', generation: input.generation, pid });

  // A backend that prints its environment must not bring its token into a log.
  const clean = (lines: string): string => lines.replaceAll(generation.token, '[token]');
  const hand = (name: 'stdout' | 'stderr', from: Readable, lines: string): void => {
    const room = tools.onOutput(name, lines);
    if (room === null) return;
    from.pause();
    void room.then(() => from.resume());
  };
  const out = createLineSplitter((lines) => { hand('stdout', stdout, clean(lines)); });
  const err = createLineSplitter((lines) => {
    const printed = clean(lines);
    tail = [...tail, ...lastLines(printed, TAIL_LINES)].slice(-TAIL_LINES);
    hand('stderr', stderr, printed);
  });
  stdout.on('data', out.write).on('end', out.end);
  stderr.on('data', err.write).on('end', err.end);
  // A pipe that breaks ends nothing. Stdin is held open, never written to: its end tells the backend that the app is gone.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {});

  let hasExited = false;
  child.once('exit', (code, signal) => {
    hasExited = true;
    const at = clock.now();
    let isConcluded = false;
    const conclude = async (): Promise<void> => {
      if (isConcluded) return;
      isConcluded = true;
      clock.clearTimeout(timer);
      out.end();
      err.end();
      log.info('backend exited', { generation: input.generation, pid, code, signal });
      const portTaken = await isPortTaken(tools, generation, code).catch(() => false);
      report({ type: 'EXITED', generation: input.generation, at, code, signal, portTaken, stderrTail: tail });
    };
    // On a busy loop timers come before the pipes: the last words are read first.
    const timer = clock.setTimeout(() => { setImmediate(() => { void conclude(); }); }, DRAIN_MS);
    const letGo = setTimeout(() => {
      stdout.destroy();
      stderr.destroy();
    }, LET_GO_MS);
    letGo.unref();
    child.once('close', () => {
      clearTimeout(letGo);
      void conclude();
    });
  });

  onCommand((event) => {
    // Once it was waited for, its number may be anybody's; what it left behind is the sweep's.
    if (hasExited) return;
    const { dumpSignal } = tools.spec;
    if (event.type === 'DUMP' && dumpSignal !== undefined) {
      log.info('asking the backend for its stacks', { generation: input.generation, signal: dumpSignal });
      // Not the group: its workers may die of it. A guard hands it on to the backend alone.
      signalProcess(pid, dumpSignal);
      return;
    }
    if (event.type !== 'SIGTERM' && event.type !== 'SIGKILL') return;
    log.info('signal to the backend', { generation: input.generation, signal: event.type });
    if (event.type === 'SIGTERM' || !isGuarded) {
      signalGroup(pid, event.type);
      return;
    }
    // The guard first: it alone finds all descendants, and killed it can't. It may have been stopped itself.
    if (signalProcess(pid, END_ALL) && signalProcess(pid, 'SIGCONT')) {
      const late = setTimeout(() => { signalGroup(pid, 'SIGKILL'); }, GUARD_MS);
      child.once('exit', () => { clearTimeout(late); });
    }
  });
  return () => {};
});

/** At most so many of the last lines, without their ends; of a flood no other is looked at. */
function lastLines(lines: string, most: number): string[] {
  let from = lines.length;
  for (let count = 0; count <= most && from > 0; count += 1) from = lines.lastIndexOf('\n', from - 1);
  return lines.slice(from + 1, -1).split('\n');
}

/** By the spec's exit code; for a guest that has none, by finding somebody else on its port when it has died: not a worker that it left. */
async function isPortTaken(tools: EffectTools, generation: Generation, code: number | null): Promise<boolean> {
  const { exitCodes } = tools.policy;
  if (code !== null && exitCodes[code] === 'port-taken') return true;
  if (Object.values(exitCodes).includes('port-taken')) return false;
  const isHeld = (loopbackListenersSync() ?? []).some(({ port }) => port === generation.port);
  return isHeld && !(await ownsPort(generation.port, membershipOf(generation)));
}
