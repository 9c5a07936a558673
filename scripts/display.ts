/** Runs a program with a display: the one there is, or a virtual one. Whatever was started is ended, gracefully first, however this process ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { runMain, signalNumber } from './exit-code.ts';
import { utf8Additions } from './locale.ts';
import { followParent, forwardSignals } from './setup/signals.mjs';
import { lacksDisplay } from './setup/system.mjs';

/** The app's own ladder of stopping its backend may take 13 s. */
const GRACE_MS = 15_000;
/** One Ctrl-C arrives several times: from the terminal, and from npm. */
const SAME_SIGNAL_MS = 1_000;
const LEFTOVERS_MS = 2_000;
const POLL_MS = 50;
const SCREEN = '1400x1000x24';

export interface Display {
  readonly env: NodeJS.ProcessEnv;
  readonly server: ChildProcess | undefined;
  /** Tells the guard which program has to be ended, should this process be killed outright. */
  readonly guard: (program: ChildProcess) => void;
}

/** The environment for programs with windows. */
export async function openDisplay(): Promise<Display> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...utf8Additions(process.env) };
  // Chromium has no sandbox for root.
  if (process.getuid?.() === 0) env.ELECTRON_DISABLE_SANDBOX = '1';
  if (!lacksDisplay()) return { env, server: undefined, guard: startGuard(undefined) };

  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const guard = startGuard(server);
  // Asked for as the fourth of `stdio`.
  const told = server.stdio[3] as Readable;
  const [number] = await Promise.race([
    once(told, 'data'),
    once(server, 'exit').then(() => { throw new Error('The virtual display (Xvfb) ended at once.'); }),
  ]) as [Buffer];
  env.DISPLAY = `:${String(number).trim()}`;
  process.stderr.write(`There is no display; using a virtual one (${env.DISPLAY}).\n`);
  return { env, server, guard };
}

/** Runs the program to its end and resolves with its exit code, 128 + n for a signal. */
export async function runInDisplay(program: string, args: readonly string[], { cwd = process.cwd() } = {}): Promise<number> {
  const { env, server, guard } = await openDisplay();
  // A group of its own: a Ctrl-C at the terminal must reach the program once, since the second one kills Chromium outright.
  const child = spawn(program, args, { stdio: 'inherit', cwd, env, detached: process.platform !== 'win32' });
  guard(child);

  let askedAt: number | undefined;
  let deadline: NodeJS.Timeout | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      child.kill(signal);
      deadline = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      signalGroup(child, 'SIGKILL');
    }
  };
  const release = forwardSignals(stop);
  followParent(() => { stop('SIGTERM'); });

  try {
    const [code, signal] = await once(child, 'exit') as [number | null, NodeJS.Signals | null];
    return code ?? signalNumber(signal);
  } finally {
    clearTimeout(deadline);
    await endLeftovers(child);
    await endServer(server);
    release();
  }
}

/**
 * A shell that does the same should this process be killed outright: it then reads an end instead of a line. Each line says
 * who is there now: the display, and the program in it.
 */
function startGuard(server: ChildProcess | undefined): Display['guard'] {
  if (process.platform === 'win32') return () => {};
  const shell = spawn('sh', ['-c', GUARD], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  // It may be killed, too.
  shell.stdin.on('error', () => {});
  const there = { server, program: undefined as ChildProcess | undefined };
  const tell = (): void => { shell.stdin.write(`${there.server?.pid ?? '-'} ${there.program?.pid ?? '-'}\n`); };
  server?.once('exit', () => { there.server = undefined; tell(); });
  tell();
  return (program) => {
    there.program = program;
    program.once('exit', () => { there.program = undefined; tell(); });
    tell();
  };
}

const GUARD = `
server=- program=-
while read -r a b; do server=$a program=$b; done
if [ "$program" != - ]; then
  kill -TERM "$program"
  n=0
  while kill -0 "$program" && [ "$n" -lt ${GRACE_MS / 100} ]; do sleep 0.1; n=$((n + 1)); done
  kill -KILL "-$program"
fi
[ "$server" = - ] || kill "$server"
`;

/** Helpers of the program (zygotes, crash handlers) end by themselves, as a rule. */
async function endLeftovers(child: ChildProcess): Promise<void> {
  for (const end = performance.now() + LEFTOVERS_MS; signalGroup(child, 0) && performance.now() < end;) await sleep(POLL_MS);
  signalGroup(child, 'SIGKILL');
}

async function endServer(server: ChildProcess | undefined): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill();
  const late = setTimeout(() => server.kill('SIGKILL'), LEFTOVERS_MS);
  await gone;
  clearTimeout(late);
}

/** False when nobody is left in the group. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined || process.platform === 'win32') return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

if (import.meta.main) await runMain(async () => {
  const [program, ...args] = process.argv.slice(2);
  if (program === undefined) throw new Error('Which command? For example: npm run display -- xeyes');
  return await runInDisplay(program, args);
});
