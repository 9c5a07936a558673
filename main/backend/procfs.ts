/** What Linux tells of processes and listening sockets. Empty answers elsewhere. */
import { readFileSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';

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

async function readStat(pid: string): Promise<ProcessStat | null> {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
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

async function allPids(): Promise<string[]> {
  try {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

async function environmentHas(pid: number, mark: string): Promise<boolean> {
  try {
    return `\0${await readFile(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${mark}\0`);
  } catch {
    return false;
  }
}

/** Living processes of a generation: in its group or session, or with its mark in the environment (they may have left both). */
export async function findMembers(leader: number, mark: string, sinceTicks: number): Promise<ProcessStat[]> {
  const found = await Promise.all((await allPids()).map(async (pid) => {
    const stat = await readStat(pid);
    if (!stat || !isAlive(stat) || stat.startTicks < sinceTicks || stat.pid === process.pid) return [];
    return stat.group === leader || stat.session === leader || (await environmentHas(stat.pid, mark)) ? [stat] : [];
  }));
  return found.flat();
}

/** True while this very process runs, and not just one that got its number later. */
export function isRunning(pid: number, startTicks: number): boolean {
  const stat = readStatSync(pid);
  return stat !== null && isAlive(stat) && stat.startTicks === startTicks;
}

const LISTEN = '0A';
interface Listener { readonly address: string; readonly port: number; readonly inode: string }

function parseListeners(table: string): Listener[] {
  return table.split('\n').slice(1).flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [address = '', port = ''] = (fields[1] ?? '').split(':');
    return fields[3] === LISTEN ? [{ address, port: Number.parseInt(port, 16), inode: fields[9] ?? '' }] : [];
  });
}

/** Listening TCP sockets, or null where the system does not tell. Synchronous: the first start can't wait for the event loop. */
export function listenersSync(): Listener[] | null {
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

/** Whether every socket that listens on `port` belongs to the given generation. */
export async function ownsPort(port: number, leader: number, mark: string, sinceTicks: number): Promise<boolean> {
  const inodes = (listenersSync() ?? []).filter((listener) => listener.port === port).map((listener) => listener.inode);
  if (inodes.length === 0) return false;
  const members = await findMembers(leader, mark, sinceTicks);
  const owned = new Set((await Promise.all(members.map(async (member) => await socketsOf(member.pid)))).flat());
  return inodes.every((inode) => owned.has(inode));
}
