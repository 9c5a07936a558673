/** How the backend ends: asked, signalled, left alone, killed. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fillIn } from '../../../main/backend/spec';
import { isAlive, untilGone } from '../../support/processes';
import { all, everybody, guardingItself, hold, onLinux, stopOf, withDump, withLog, withProof, withShutdown, type Clause } from '../clause';

/** The answer goes out first; the door may close a moment after it. */
const CLOSING_MS = 500;
const clean = ({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): boolean => code === 0 || (code === null && signal === 'SIGTERM');

export const END: readonly Clause[] = [
  {
    says: (spec) => `answers ${stopOf(spec)} with 200, then ends with code 0 within ${spec.shutdown.askMs} ms, and leaves no process and no listener`,
    spares: withShutdown,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      const answer = await backend.askToStop();
      hold(answer.status === 200, `status ${answer.status}`);
      const { code, signal, afterMs } = await backend.exit(target.spec.shutdown.askMs, 'its answer');
      hold(code === 0, `it ended with ${signal ?? code}`);
      hold(!(await backend.connects()), 'the port is still listened on');
      hold((await untilGone(backend.tree(), target.spec.shutdown.killMs)) !== null, 'processes are left');
      return `200 after ${Math.round(answer.tookMs)} ms, code 0 after ${Math.round(afterMs)} ms more`;
    },
  },
  {
    says: (spec) => `takes no new request after ${stopOf(spec)}, and half a request, an idle connection and an open stdin do not hold it beyond ${spec.shutdown.askMs} ms`,
    spares: withShutdown,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      const idle = await backend.saying('');
      const half = await backend.saying(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${backend.port}\r\nAuthorization: Bearer ${backend.generation.token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`);
      const { status } = await backend.askToStop();
      hold(status === 200, `status ${status}`);
      const later = async (): Promise<number> => await backend.ask(target.spec.health.path, { timeoutMs: target.spec.shutdown.askMs }).then((answer) => answer.status, () => 0);
      let late = await later();
      for (const end = performance.now() + CLOSING_MS; late !== 0 && late !== 503 && performance.now() < end;) late = await later();
      hold(late === 0 || late === 503, `a request ${CLOSING_MS} ms after it was answered with ${late}`);
      const { code, afterMs } = await backend.exit(target.spec.shutdown.askMs, 'its answer');
      hold(code === 0, `it ended with ${code}`);
      for (const socket of [idle, half]) socket.destroy();
      return `code 0 after ${Math.round(afterMs)} ms; a later request ${late === 0 ? 'is not taken' : `gets ${late}`}`;
    },
  },
  {
    says: ({ shutdown }) => `ends on SIGTERM within ${shutdown.termMs} ms, and leaves no process`,
    spares: everybody,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      process.kill(-backend.pid, 'SIGTERM');
      const exit = await backend.exit(target.spec.shutdown.termMs, 'SIGTERM');
      hold(clean(exit), `it ended with ${exit.signal ?? exit.code}`);
      hold((await untilGone(backend.tree(), target.spec.shutdown.killMs)) !== null, 'processes are left');
      return `${exit.signal ?? `code ${exit.code}`} after ${Math.round(exit.afterMs)} ms`;
    },
  },
  {
    says: ({ shutdown }) => `ends on SIGTERM within ${shutdown.termMs} ms while it is still starting`,
    spares: everybody,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.listening();
      process.kill(-backend.pid, 'SIGTERM');
      const exit = await backend.exit(target.spec.shutdown.termMs, 'SIGTERM');
      hold(clean(exit), `it ended with ${exit.signal ?? exit.code}`);
      return `${exit.signal ?? `code ${exit.code}`} after ${Math.round(exit.afterMs)} ms`;
    },
  },
  {
    says: ({ shutdown }) => `takes the end of its stdin for the end of the app: code 0 within ${shutdown.askMs} ms`,
    spares: withProof,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      backend.child.stdin?.end();
      const { code, signal, afterMs } = await backend.exit(target.spec.shutdown.askMs, 'the end of its stdin');
      hold(code === 0, `it ended with ${signal ?? code}`);
      return `code 0 after ${Math.round(afterMs)} ms`;
    },
  },
  {
    says: () => 'takes all its processes along when it is killed outright',
    spares: all(guardingItself, onLinux),
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      const tree = backend.tree();
      process.kill(backend.pid, 'SIGKILL');
      const goneMs = await untilGone(tree, target.spec.shutdown.killMs);
      hold(goneMs !== null, `${tree.filter(isAlive).length} of ${tree.length} processes lived on`);
      return `${tree.length} processes gone after ${Math.round(goneMs)} ms`;
    },
  },
  {
    says: () => 'starts again after it was killed, on the same port and the same data',
    spares: everybody,
    check: async ({ launch }) => {
      const first = await launch();
      await first.ready();
      process.kill(-first.pid, 'SIGKILL');
      for (const one of first.tree().filter(isAlive)) process.kill(one.pid, 'SIGKILL');
      await first.exited;
      const second = await launch({ userData: first.userData, port: first.port });
      return `ready after ${Math.round(await second.ready())} ms`;
    },
  },
  {
    says: ({ dumpSignal }) => `lives on after ${dumpSignal ?? 'the signal for a dump'}, with the stacks in its log`,
    spares: all(withDump, withLog),
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      const { dumpSignal, environment, health } = target.spec;
      const file = path.resolve(fillIn(environment['LOG_PATH'] ?? '', { userData: backend.userData }));
      const before = existsSync(file) ? readFileSync(file, 'utf8').length : 0;
      process.kill(backend.pid, dumpSignal ?? 0);
      let found = '';
      for (let waited = 0; waited < 5_000 && found === '' && backend.child.exitCode === null && backend.child.signalCode === null; waited += 10) {
        await sleep(10);
        found = existsSync(file) ? readFileSync(file, 'utf8').slice(before) : '';
      }
      hold(found !== '', 'nothing came into the log within 5 s');
      const { status } = await backend.ask(health.path);
      hold(status === health.status, `status ${status} afterwards`);
      return `${found.trim().split('\n').length} lines`;
    },
  },
  {
    says: () => 'follows its log when the app rotates it',
    spares: all(withLog, onLinux),
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      const file = path.resolve(fillIn(target.spec.environment['LOG_PATH'] ?? '', { userData: backend.userData }));
      renameSync(file, `${file}.1`);
      if (target.spec.shutdown.path !== null) await backend.askToStop();
      else backend.child.kill('SIGTERM');
      await backend.exited;
      hold(existsSync(file), 'the last lines did not go into a new file');
      return `${readFileSync(file, 'utf8').trim().split('\n').length} lines in the new file`;
    },
  },
];
