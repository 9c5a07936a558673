/** What a killed app left behind is ended by the next start, by its record; and nobody else ever is. */
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bootId, isRunning, readStatSync } from '../../main/backend/procfs';
import { removeFolders, temporaryFolder } from '../support/folders';
import { PORTS, puppetSpec, supervise, type Bench } from '../support/supervise';

const benches: Bench[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  removeFolders();
});

function start(userData: string, changes: Parameters<typeof puppetSpec>[0] = {}): Bench {
  const bench = supervise(puppetSpec(changes), { userData });
  benches.push(bench);
  bench.supervisor.send('START');
  return bench;
}
interface Alive { readonly pid: number; readonly startTicks: number }
function sleeper(environment: Record<string, string> = {}): Alive {
  const child = spawn('/bin/sleep', ['60'], { detached: true, stdio: 'ignore', env: environment });
  children.push(child);
  const pid = child.pid ?? -1;
  return { pid, startTicks: readStatSync(pid)?.startTicks ?? -1 };
}
const recordIn = (userData: string): string => path.join(userData, 'generation.json');
const leave = (userData: string, record: object): void => {
  writeFileSync(recordIn(userData), JSON.stringify({ bootId: bootId(), mark: 'former-1', ...record }));
};
const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 5); }); };
const isAlive = ({ pid, startTicks }: Alive): boolean => isRunning(pid, startTicks);

test('the running generation has a record without secrets, which goes with it', async () => {
  const userData = temporaryFolder();
  const bench = start(userData);
  const { pid } = await bench.untilState('healthy');
  expect(JSON.parse(readFileSync(recordIn(userData), 'utf8'))).toEqual({
    pid, startTicks: readStatSync(pid ?? -1)?.startTicks, bootId: bootId(), mark: expect.stringMatching(/^\w+-1$/),
  });
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(readdirSync(userData)).toEqual([]);
});

test('a backend that a killed app left is ended by the next start', async () => {
  const [former, next] = [temporaryFolder(), temporaryFolder()];
  const killed = start(former);
  await killed.untilState('healthy');
  // What the next start finds when the app was killed: its record, and its backend alive.
  copyFileSync(recordIn(former), recordIn(next));
  const bench = start(next, { ports: { from: PORTS.from + 20, to: PORTS.to } });
  expect((await killed.untilState('crashed')).crash).toMatchObject({ signal: 'SIGKILL' });
  expect(bench.log.some(({ message }) => message === 'ending the backend of a former run')).toBe(true);
  expect(await bench.untilState('healthy')).toMatchObject({ generation: 1, crashes: 0 });
});

test('its descendants go too, also where it is gone itself', async () => {
  const userData = temporaryFolder();
  const marked = sleeper({ POCKETMUSEC_GENERATION: 'former-1' });
  leave(userData, { pid: 2 ** 22 + 1, startTicks: marked.startTicks });
  start(userData);
  await until(() => !isAlive(marked));
  expect(isAlive(marked)).toBe(false);
});

test.each([
  ['a process that got the recorded number later', (stranger: Alive) => ({ pid: stranger.pid, startTicks: stranger.startTicks - 5 })],
  ['a process of another boot', (stranger: Alive) => ({ ...stranger, bootId: 'another' })],
  ['a process without a boot to compare', (stranger: Alive) => ({ ...stranger, bootId: '' })],
  ['a record that is none', () => ({ pid: 1, startTicks: 0 })],
  ['a record of another shape', (stranger: Alive) => ({ pid: String(stranger.pid), startTicks: stranger.startTicks })],
])('%s is left alone', async (_name, record) => {
  const userData = temporaryFolder();
  const stranger = sleeper();
  // In its own group and session, which carry the same number.
  expect(readStatSync(stranger.pid)).toMatchObject({ group: stranger.pid, session: stranger.pid });
  const marked = sleeper({ POCKETMUSEC_GENERATION: 'former-1' });
  leave(userData, { ...record(stranger) });
  const bench = start(userData);
  await bench.untilState('healthy');
  // The search for descendants is over when what it is to find is gone, or was never begun.
  if (record(stranger).pid === stranger.pid && !('bootId' in record(stranger))) await until(() => !isAlive(marked));
  expect(isAlive(stranger)).toBe(true);
});

test('a stranger’s job in a group with the recorded number is left alone, when the number itself is free again', async () => {
  const userData = temporaryFolder();
  const shell = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env: {} });
  const pid = await new Promise<number>((resolve) => { shell.stdout?.once('data', (chunk) => { resolve(Number(String(chunk))); }); });
  const stranger = { pid, startTicks: readStatSync(pid)?.startTicks ?? -1 };
  try {
    await until(() => readStatSync(shell.pid ?? -1) === null);
    expect(readStatSync(pid)?.group).toBe(shell.pid);
    const marked = sleeper({ POCKETMUSEC_GENERATION: 'former-1' });
    leave(userData, { pid: shell.pid, startTicks: stranger.startTicks - 5 });
    start(userData);
    await until(() => !isAlive(marked));
    expect(isAlive(stranger)).toBe(true);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
});

test('half a record, or a folder in its place, is harmless', async () => {
  const userData = temporaryFolder();
  writeFileSync(recordIn(userData), '{"pid": 1');
  const bench = start(userData);
  await bench.untilState('healthy');
  expect(bench.log.filter(({ level }) => level !== 'info')).toEqual([]);
});

test('a folder that takes no record costs the clean-up, not the backend: it starts, restarts and stops', async () => {
  const userData = temporaryFolder();
  mkdirSync(path.join(recordIn(userData), 'in the way'), { recursive: true });
  const bench = start(userData);
  await bench.untilState('healthy');
  bench.supervisor.send('RESTART');
  await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  bench.supervisor.send('STOP');
  expect(await bench.untilState('stopped')).toMatchObject({ reason: null });
  expect(bench.log.filter(({ message }) => message.startsWith('the generation record')).length).toBeGreaterThan(0);
  expect(existsSync(recordIn(userData))).toBe(true);
});
