/** What Linux tells of processes and listening sockets. Empty answers elsewhere. */
import { readFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './errorCode';

export interface ProcessStat {
  readonly pid: number;
  /** One letter; Z is a zombie: it still answers `kill(pid, 0)` but runs no more. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot; with the pid and the boot id it names a process for good. */
  readonly startTicks: number;
}

/** Parses `/proc/PID/stat`; the command's name in brackets may hold anything, so fields count from the last bracket. */
export function parseStat(text: string): ProcessStat | null {
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const [state, parent, group, session] = fields;
  const startTicks = fields[19];
  if (close < 0 || state === undefined || startTicks === undefined) return null;
  return {
    pid: Number.parseInt(text, 10), state, parent: Number(parent), group: Number(group), session: Number(session), startTicks: Number(startTicks),
  };
}

/** Null where there is no such process, or no /proc. */
export function readStatSync(pid: number | 'self'): ProcessStat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** Errors that say something of the process: it is gone, or somebody else's. Others (no descriptors left) say nothing, and are thrown. */
const TELLING = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR']);

/** What stands in `/proc/PID/NAME`; empty where the process is gone or not ours to read. */
function readOf(pid: string | number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch (error) {
    if (TELLING.has(errorCode(error))) return '';
    throw error;
  }
}

const isAlive = (stat: ProcessStat): boolean => stat.state !== 'Z' && stat.state !== 'X';

/** Names this boot of the machine; empty where the system does not tell. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Names a generation's processes. */
export interface Membership {
  /** Pid, group and session of its first process; null where these numbers may be somebody else's by now. */
  readonly leader: number | null;
  /** `NAME=VALUE` in the environment of all its processes. */
  readonly mark: string;
  /** When its first process started. */
  readonly sinceTicks: number;
}

/**
 * So many processes are looked at in one turn of the event loop: a millisecond. Their files are read at once, since /proc waits for no disk;
 * through the thread pool the same takes three times as long, at the end of every quit.
 */
const AT_A_TIME = 16;

/** Who begins a program has neither environment nor command line for a moment, which a busy computer may draw out; so often it is looked at again. */
const BEGINNING = { tries: 40, againMs: 5 };
/** The parent of the kernel's own threads, which never have either. */
const KERNEL = 2;

/** Living processes of a generation: in its group or session, or with its mark in the environment (they may have left both). Throws where it can't tell. */
export async function findMembers({ leader, mark, sinceTicks }: Membership): Promise<ProcessStat[]> {
  // The leader's number went to another process, so its group is that process's.
  const successor = leader === null ? null : readStatSync(leader);
  const group = successor !== null && successor.startTicks !== sinceTicks ? null : leader;
  let beginning: string[] = [];
  const isMember = (pid: string): ProcessStat[] => {
    const stat = parseStat(readOf(pid, 'stat'));
    if (!stat || !isAlive(stat) || stat.startTicks < sinceTicks || stat.pid === process.pid) return [];
    if (group !== null && (stat.group === group || stat.session === group)) return [stat];
    const environment = readOf(pid, 'environ');
    if (environment === '' && stat.parent !== KERNEL && readOf(pid, 'cmdline') === '') beginning.push(pid);
    return `\0${environment}`.includes(`\0${mark}\0`) ? [stat] : [];
  };
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: ProcessStat[] = [];
  for (let index = 0; index < pids.length; index += AT_A_TIME) {
    if (index > 0) await new Promise((resolve) => { setImmediate(resolve); });
    found.push(...pids.slice(index, index + AT_A_TIME).flatMap(isMember));
  }
  for (let tries = 0; tries < BEGINNING.tries && beginning.length > 0; tries += 1) {
    await sleep(BEGINNING.againMs);
    const again = beginning;
    beginning = [];
    found.push(...again.flatMap(isMember));
  }
  return found;
}

/** Kills processes that were found before, each only while it is still that very process. */
export function killAll(members: readonly ProcessStat[]): void {
  for (const { pid, startTicks } of members) {
    if (!isRunning(pid, startTicks)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }
}

/** True while this very process runs, and not just one that got its number later. */
export function isRunning(pid: number, startTicks: number): boolean {
  const stat = readStatSync(pid);
  return stat !== null && isAlive(stat) && stat.startTicks === startTicks;
}

const LISTEN = '0A';
/** As the tables write them: addresses whose listeners are reached by 127.0.0.1, and keep others from binding it. */
const REACHED = new Set(['0100007F', '00000000', '00000000000000000000000000000000', '0000000000000000FFFF00000100007F']);

export interface Listener { readonly address: string; readonly port: number; readonly inode: string }

export function parseListeners(table: string): Listener[] {
  return table.split('\n').slice(1).flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address = '', port = ''] = (fields[1] ?? '').split(':');
    return fields[3] === LISTEN ? [{ address, port: Number.parseInt(port, 16), inode: fields[9] ?? '' }] : [];
  });
}

/** Sockets that a connection to 127.0.0.1 could reach, or null where the system does not tell. */
export function loopbackListenersSync(): Listener[] | null {
  return listenersSync()?.filter(({ address }) => REACHED.has(address)) ?? null;
}

/** Listening TCP sockets, or null where the system does not tell. Synchronous: the first start can't wait for the event loop. */
function listenersSync(): Listener[] | null {
  try {
    const ipv4 = parseListeners(readFileSync('/proc/net/tcp', 'latin1'));
    let ipv6: Listener[] = [];
    try {
      ipv6 = parseListeners(readFileSync('/proc/net/tcp6', 'latin1'));
    } catch {
      // IPv6 is switched off.
    }
    return [...ipv4, ...ipv6];
  } catch {
    return null;
  }
}

async function socketsOf(pid: number): Promise<string[]> {
  try {
    const links = await Promise.all((await readdir(`/proc/${pid}/fd`)).map(async (fd) => await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
  } catch {
    return [];
  }
}

/** Whether every socket that listens on 127.0.0.1:`port` belongs to the given generation, be it to a worker that it forked. */
export async function ownsPort(port: number, members: Membership): Promise<boolean> {
  const inodes = (loopbackListenersSync() ?? []).filter((listener) => listener.port === port).map((listener) => listener.inode);
  if (inodes.length === 0) return false;
  const owned = new Set<string>();
  const ownsAll = (): boolean => inodes.every((inode) => owned.has(inode));
  // Mostly it is the first process itself, and looking at one costs a hundredth of looking at all.
  if (members.leader !== null && isRunning(members.leader, members.sinceTicks)) {
    for (const inode of await socketsOf(members.leader)) owned.add(inode);
    if (ownsAll()) return true;
  }
  for (const { pid } of await findMembers(members)) for (const inode of await socketsOf(pid)) owned.add(inode);
  return ownsAll();
}

export interface Holder {
  readonly pid: number;
  /** The program's name, as far as the system tells. */
  readonly name: string;
  readonly inodes: readonly string[];
}

/** Who holds these sockets. Processes of other people keep that to themselves, unless we are root. */
export async function holdersOf(inodes: ReadonlySet<string>): Promise<Holder[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: Holder[] = [];
  for (const pid of pids) {
    const held = (await socketsOf(Number(pid))).filter((inode) => inodes.has(inode));
    if (held.length > 0) found.push({ pid: Number(pid), name: await nameOf(pid), inodes: held });
  }
  return found;
}

/** The program's file says more than the kernel's name, which any thread may have changed. */
async function nameOf(pid: string): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return path.basename(file).replace(/ \(deleted\)$/, '') || readOf(pid, 'comm').trim();
}
