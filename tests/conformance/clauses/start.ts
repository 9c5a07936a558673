/** How the backend starts, and how it says that it can't. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseListeners } from '../../../main/backend/procfs';
import { fillIn } from '../../../main/backend/spec';
import type { Launch } from '../backend';
import { all, codeFor, everybody, exitFor, hold, onLinux, withDatabase, withExitFor, withLog, withToken, type Clause, type Kit } from '../clause';

/** A start that must fail: the exit code that the spec has for it, a sentence on stderr. */
async function refused({ target, launch }: Kit, meaning: string, options: Launch): Promise<string> {
  const expected = exitFor(target.spec, meaning);
  const backend = await launch(options);
  const { code, signal } = await backend.exit(startMs(target), 'a start that can not succeed');
  hold(code === expected, `it left with ${signal ?? code}, expected was ${expected}; it said: ${backend.lastWords}`);
  hold(backend.lastWords !== '', `it left with ${code} and not a word on stderr`);
  return `code ${code}: ${backend.lastWords}`;
}

const startMs = ({ spec: { health: { startup } } }: Kit['target']): number => startup.intervalMs * startup.attempts;
const tokenVariables = ({ environment }: Kit['target']['spec']): string[] => Object.keys(environment).filter((name) => environment[name]?.includes('{token}'));
const databaseOf = (spec: Kit['target']['spec'], userData: string): string => path.resolve(fillIn(spec.environment['DATABASE_PATH'] ?? '', { userData }));
const SQLITE = Buffer.from('SQLite format 3\0');
/** Where SQLite keeps the number that a program gives its schema. */
const USER_VERSION = 60;

export const START: readonly Clause[] = [
  {
    says: ({ health }) => `answers GET ${health.path} with ${health.status} within ${health.startup.intervalMs * health.startup.attempts} ms of its start`,
    spares: everybody,
    check: async ({ launch }) => `after ${Math.round(await (await launch()).ready())} ms`,
  },
  {
    says: () => 'listens on 127.0.0.1 and nowhere else',
    spares: onLinux,
    check: async ({ shared }) => {
      const backend = await shared();
      const inodes = new Set(backend.tree().flatMap(({ pid }) => {
        try {
          return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? []);
        } catch {
          return [];
        }
      }));
      const own = ['tcp', 'tcp6'].flatMap((table) => existsSync(`/proc/net/${table}`) ? parseListeners(readFileSync(`/proc/net/${table}`, 'latin1')) : [])
        .filter(({ inode }) => inodes.has(inode));
      hold(own.some(({ port }) => port === backend.port), `none of its processes holds the socket that listens on port ${backend.port}`);
      const elsewhere = own.filter(({ address }) => address !== '0100007F');
      hold(elsewhere.length === 0, `it listens on ${elsewhere.map(({ address, port }) => `${address}:${port}`).join(', ')} too`);
      return `127.0.0.1:${backend.port}`;
    },
  },
  {
    says: () => 'logs to LOG_PATH, in lines with an ISO time stamp to the millisecond, and prints nothing on stdout',
    spares: withLog,
    check: async ({ target, launch }) => {
      const backend = await launch();
      await backend.ready();
      if (target.spec.shutdown.path !== null) await backend.askToStop();
      else backend.child.kill('SIGTERM');
      await backend.exited;
      hold(backend.stdout === '', `on stdout: ${backend.stdout.split('\n')[0]}`);
      const file = path.resolve(fillIn(target.spec.environment['LOG_PATH'] ?? '', { userData: backend.userData }));
      hold(existsSync(file), `${path.basename(file)} is not there`);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      const bare = lines.find((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}/.test(line));
      hold(bare === undefined, `a line without a stamp: ${bare}`);
      return `${lines.length} lines, nothing on stdout`;
    },
  },
  {
    says: () => 'goes on when its log can not be written',
    spares: all(withLog, onLinux),
    check: async ({ launch }) => `ready after ${Math.round(await (await launch({ environment: { LOG_PATH: '/dev/full' } })).ready())} ms with /dev/full for a log`,
  },
  {
    says: () => 'keeps its token out of its arguments, its output and all files that it writes',
    spares: withToken,
    check: async ({ shared }) => {
      const backend = await shared();
      await backend.askToStop({ trusted: false, headers: { authorization: 'Bearer wrong' } }).catch(() => null);
      const { token } = backend.generation;
      for (const { pid } of backend.tree()) hold(!textOf(`/proc/${pid}/cmdline`).includes(token), `it stands in the arguments of process ${pid}`);
      hold(!`${backend.stdout}${backend.stderr}`.includes(token), 'it was printed');
      const files = readdirSync(backend.userData, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
      const leak = files.find((file) => textOf(file).includes(token));
      hold(leak === undefined, `it stands in ${leak}`);
      return `not in ${files.length} files`;
    },
  },
  {
    says: (spec) => `leaves with ${codeFor(spec, 'port-taken')} when somebody else listens on the port`,
    spares: withExitFor('port-taken'),
    check: async (kit) => {
      const stranger = net.createServer().listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      try {
        return await refused(kit, 'port-taken', { port: (stranger.address() as net.AddressInfo).port });
      } finally {
        stranger.close();
      }
    },
  },
  {
    says: (spec) => `leaves with ${codeFor(spec, 'configuration')} when it is given no token`,
    spares: all(withToken, withExitFor('configuration')),
    check: async (kit) => await refused(kit, 'configuration', { environment: Object.fromEntries(tokenVariables(kit.target.spec).map((name) => [name, undefined])) }),
  },
  {
    says: (spec) => `leaves with ${codeFor(spec, 'user-data')} when its data folder can not be made`,
    spares: withExitFor('user-data'),
    check: async (kit) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'conformance-'));
      try {
        // A file where the folder should be: permission bits say nothing to root.
        writeFileSync(path.join(folder, 'file'), '');
        return await refused(kit, 'user-data', { userData: path.join(folder, 'file', 'within') });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  ...[
    { what: 'is not one', spoil: (content: Buffer) => Buffer.alloc(content.length, 'not a database ') },
    { what: 'is damaged', spoil: (content: Buffer) => Buffer.concat([content.subarray(0, content.length >> 2), Buffer.alloc(content.length - (content.length >> 2), 0xff)]) },
    {
      what: 'is of a newer version',
      spoil: (content: Buffer) => {
        hold(content.subarray(0, SQLITE.length).equals(SQLITE) && content.readUInt32BE(USER_VERSION) > 0, 'its database has no number in `user_version` that could tell a newer one');
        const newer = Buffer.from(content);
        newer.writeUInt32BE(2 ** 31 - 1, USER_VERSION);
        return newer;
      },
    },
  ].map(({ what, spoil }): Clause => ({
    says: (spec) => `leaves with ${codeFor(spec, 'database')} when its database ${what}, and does not touch it`,
    spares: all(withDatabase, withExitFor('database')),
    check: async (kit) => {
      const first = await kit.launch();
      await first.ready();
      first.child.kill('SIGTERM');
      await first.exited;
      const file = databaseOf(kit.target.spec, first.userData);
      hold(existsSync(file), `${path.basename(file)} is not at DATABASE_PATH`);
      const spoilt = spoil(readFileSync(file));
      writeFileSync(file, spoilt);
      const found = await refused(kit, 'database', { userData: first.userData });
      hold(readFileSync(file).equals(spoilt), 'it changed the file');
      return found;
    },
  })),
];

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
