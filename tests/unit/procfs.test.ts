/** What Linux tells of processes: parsed whatever their names, and never taken for "nothing" when we could not look. */
import { spawn, type ChildProcess } from 'node:child_process';
import files from 'node:fs';
import fs from 'node:fs/promises';
import { findMembers, isRunning, killAll, ownsPort, parseListeners, parseStat, readStatSync } from '../../main/backend/procfs';
import { closeServers, serve } from '../support/servers';

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await closeServers();
});
function sleeper(environment: Record<string, string> = {}): { pid: number; startTicks: number } {
  const child = spawn('/bin/sleep', ['60'], { detached: true, stdio: 'ignore', env: environment });
  children.push(child);
  const pid = child.pid ?? -1;
  return { pid, startTicks: readStatSync(pid)?.startTicks ?? -1 };
}

const fields = 'S 10 20 30 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 12345 1000 200';
test.each(['python', 'a b', 'x) S 1 2 3 (y', '((', ') R 9 9 9', 'tëst\n'])('a name like %j does not shift the fields', (name) => {
  expect(parseStat(`77 (${name}) ${fields}\n`)).toEqual({ pid: 77, state: 'S', parent: 10, group: 20, session: 30, startTicks: 12_345 });
});

test('what is no stat, or only half of one, is none', () => {
  for (const text of ['', 'x', '77 (sh', '77 (sh) S 1 2']) expect(parseStat(text)).toBeNull();
});

test('our own process is read as the system sees it', () => {
  expect(readStatSync('self')).toMatchObject({ pid: process.pid, parent: process.ppid, state: 'R' });
  expect(readStatSync(2 ** 30)).toBeNull();
});

test('a process is running only with its own start time, and not as a zombie', async () => {
  const { pid, startTicks } = sleeper();
  expect(isRunning(pid, startTicks)).toBe(true);
  expect(isRunning(pid, startTicks + 1)).toBe(false);
  // A parent that never asks after its child: a shell may.
  const holder = spawn('python3', ['-S', '-c', 'import os, time; pid = os.fork(); pid or os._exit(0); print(pid, flush=True); time.sleep(60)'],
    { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(holder);
  const zombie = await new Promise<number>((resolve) => { holder.stdout?.once('data', (chunk) => { resolve(Number(String(chunk))); }); });
  while (readStatSync(zombie)?.state !== 'Z') await new Promise(setImmediate);
  expect(isRunning(zombie, readStatSync(zombie)?.startTicks ?? -1)).toBe(false);
});

test('only listening sockets are listed, with address, port and inode', () => {
  expect(parseListeners([
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0',
    '   1: 0100007F:1F41 0100007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1',
    '',
  ].join('\n'))).toEqual([{ address: '0100007F', port: 8_000, inode: '4711' }]);
});

describe('members of a generation', () => {
  const mark = 'POCKETMUSEC_GENERATION=test-1';
  const pids = async (...args: Parameters<typeof findMembers>): Promise<number[]> => (await findMembers(...args)).map(({ pid }) => pid);

  test('are those of its group, and those with its mark elsewhere', async () => {
    const leader = sleeper();
    const marked = sleeper({ POCKETMUSEC_GENERATION: 'test-1' });
    const similar = sleeper({ POCKETMUSEC_GENERATION: 'test-11', X: mark });
    const found = await pids({ leader: leader.pid, mark, sinceTicks: leader.startTicks });
    expect(new Set(found)).toEqual(new Set([leader.pid, marked.pid]));
    expect(found).not.toContain(similar.pid);
  });

  test('are no strangers that got the leader’s number later', async () => {
    const stranger = sleeper();
    expect(await pids({ leader: stranger.pid, mark, sinceTicks: stranger.startTicks - 1 })).toEqual([]);
    expect(await pids({ leader: null, mark, sinceTicks: 0 })).toEqual([]);
  });

  test('are no processes that were there before it', async () => {
    const marked = sleeper({ POCKETMUSEC_GENERATION: 'test-1' });
    expect(await pids({ leader: null, mark, sinceTicks: marked.startTicks + 1 })).toEqual([]);
  });

  /** A real process whose environment and command line read as empty, so often: as one does between exec and the start of its program. */
  function beginning(times: number): { pid: number; startTicks: number } {
    const marked = sleeper({ POCKETMUSEC_GENERATION: 'test-1' });
    const read = files.readFileSync;
    let left = times;
    jest.spyOn(files, 'readFileSync').mockImplementation((...args: Parameters<typeof read>) => {
      if (args[0] === `/proc/${marked.pid}/environ`) left -= 1;
      const isEmpty = left >= 0 && (args[0] === `/proc/${marked.pid}/environ` || args[0] === `/proc/${marked.pid}/cmdline`);
      return isEmpty ? '' : read(...args);
    });
    return marked;
  }

  test('are awaited where they are just beginning', async () => {
    const { pid, startTicks } = beginning(3);
    expect(await pids({ leader: null, mark, sinceTicks: startTicks })).toEqual([pid]);
  });

  test('are not awaited for ever: who stays without both is nobody of ours', async () => {
    const { startTicks } = beginning(Infinity);
    expect(await pids({ leader: null, mark, sinceTicks: startTicks })).toEqual([]);
  });

  test('are unknown, not gone, where we have no descriptor left to look', async () => {
    const { pid, startTicks } = sleeper();
    const read = files.readFileSync;
    const failing = jest.spyOn(files, 'readFileSync').mockImplementation((...args: Parameters<typeof read>) => {
      if (String(args[0]).startsWith('/proc/')) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
      return read(...args);
    });
    await expect(findMembers({ leader: pid, mark, sinceTicks: startTicks })).rejects.toThrow('too many open files');
    failing.mockRestore();
    const listing = jest.spyOn(fs, 'readdir').mockRejectedValue(Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
    await expect(findMembers({ leader: pid, mark, sinceTicks: startTicks })).rejects.toThrow('too many open files');
    listing.mockRestore();
  });

  test('are looked at few at a time, so that a computer with thousands does not hold up the event loop', async () => {
    const { pid, startTicks } = sleeper();
    const read = files.readFileSync;
    let inThisTurn = 0;
    let most = 0;
    let isOver = false;
    const turn = (): void => {
      most = Math.max(most, inThisTurn);
      inThisTurn = 0;
      if (!isOver) setImmediate(turn);
    };
    turn();
    const watched = jest.spyOn(files, 'readFileSync').mockImplementation((...args: Parameters<typeof read>) => {
      if (String(args[0]).endsWith('/stat')) inThisTurn += 1;
      return read(...args);
    });
    await findMembers({ leader: pid, mark, sinceTicks: startTicks });
    watched.mockRestore();
    isOver = true;
    expect(most).toBeGreaterThan(1);
    // The leader, which is looked at first, besides.
    expect(most).toBeLessThanOrEqual(17);
  });

  test('are killed only while they are what was found', async () => {
    const { pid, startTicks } = sleeper();
    const stat = readStatSync(pid);
    if (!stat) throw new Error('the sleeper is gone');
    const kill = jest.spyOn(process, 'kill');
    killAll([{ ...stat, startTicks: startTicks - 1 }]);
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
    killAll([stat, { ...stat, pid: 2 ** 30 }]);
    while (isRunning(pid, startTicks)) await new Promise(setImmediate);
    expect(isRunning(pid, startTicks)).toBe(false);
  });
});

describe('the owner of a port', () => {
  const self = { leader: process.pid, mark: 'NONE=0', sinceTicks: readStatSync('self')?.startTicks ?? 0 };

  test('is who listens there, and nobody else', async () => {
    const { port } = await serve(() => {});
    expect(await ownsPort(port, self)).toBe(true);
    const { pid, startTicks } = sleeper();
    expect(await ownsPort(port, { leader: pid, mark: 'NONE=0', sinceTicks: startTicks })).toBe(false);
    expect(await ownsPort(port, { ...self, sinceTicks: self.sinceTicks + 1 })).toBe(false);
  });

  test('is not asked of addresses that 127.0.0.1 does not reach', async () => {
    const { port } = await serve(() => {}, { host: '::1' });
    expect(await ownsPort(port, self)).toBe(false);
  });

  test('is nobody where nobody listens', async () => {
    const { port } = await serve(() => {});
    await closeServers();
    expect(await ownsPort(port, self)).toBe(false);
  });
});
