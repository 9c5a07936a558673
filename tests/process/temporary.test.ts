/** Temporary files go with the generation that made them, however it ends: PyInstaller's unpacked folder, and uploads on their way in. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readBackendSpec } from '../../main/backend/spec';
import { removeFolders, temporaryFolder } from '../support/folders';
import { PORTS, PRODUCT_SPEC, puppetSpec, supervise, type Bench } from '../support/supervise';

let bench: Bench;
afterEach(async () => {
  await bench.close();
  removeFolders();
});

/** What is there for all generations. */
const temporaryIn = ({ userData }: Bench): string => path.join(userData, 'temporary');

test.each<[string, () => Promise<unknown>]>([
  ['is stopped', async () => { bench.supervisor.send('STOP'); return await bench.untilState('stopped'); }],
  ['crashes', async () => { await bench.puppet('exit?1'); return await bench.until(({ state, generation }) => state === 'healthy' && generation === 2); }],
  ['hangs and is killed', async () => {
    await bench.puppet('ignore-term');
    await bench.puppet('hang');
    return await bench.until(({ state, generation }) => state === 'healthy' && generation === 2);
  }],
])('what a backend unpacked goes when it %s', async (_how, end) => {
  bench = supervise(puppetSpec());
  bench.supervisor.send('START');
  await bench.untilState('healthy');
  const unpacked = await bench.puppet('unpack');
  expect(path.dirname(path.dirname(unpacked))).toBe(temporaryIn(bench));
  expect(existsSync(unpacked)).toBe(true);
  await end();
  expect(existsSync(path.dirname(unpacked))).toBe(false);
  bench.supervisor.send('STOP');
  await bench.untilState('stopped');
  expect(existsSync(temporaryIn(bench))).toBe(false);
});

test('what a killed app left goes at the next start', async () => {
  const userData = temporaryFolder();
  mkdirSync(path.join(userData, 'temporary/former-1/_MEIx'), { recursive: true });
  bench = supervise(puppetSpec(), { userData });
  bench.supervisor.send('START');
  await bench.untilState('healthy');
  expect(readdirSync(temporaryIn(bench))).toHaveLength(1);
  expect(existsSync(path.join(userData, 'temporary/former-1'))).toBe(false);
});

test('a folder that can not be made is no reason not to start', async () => {
  const userData = temporaryFolder();
  bench = supervise(puppetSpec(), { userData });
  writeFileSync(temporaryIn(bench), 'a file in its place');
  bench.supervisor.send('START');
  expect(await bench.untilState('healthy')).toMatchObject({ generation: 1 });
});

test('an upload that our own backend was receiving when it was killed is gone when the app has quit', async () => {
  bench = supervise({ ...readBackendSpec(PRODUCT_SPEC), ports: PORTS }, { guard: true });
  bench.supervisor.send('START');
  const { url, pid } = await bench.untilState('healthy');
  // The head of an upload, and a part of the file: the rest never comes.
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => { controller.enqueue(Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n'.padEnd(1_000_000, ' '))); },
  });
  const headers = { authorization: `Bearer ${bench.supervisor.access()?.token}`, 'content-type': 'multipart/form-data; boundary=b' };
  const init = { method: 'POST', headers, body, duplex: 'half' };
  let ended: unknown = null;
  void fetch(`${url}/api/documents`, init as RequestInit).then((answer) => { ended = answer.status; }, (error: unknown) => { ended = error; });
  const uploads = (): string[] => (existsSync(temporaryIn(bench)) ? readdirSync(temporaryIn(bench), { recursive: true, encoding: 'utf8' }) : []).filter((name) => name.endsWith('.upload'));
  while (uploads().length === 0 && ended === null) await new Promise((resolve) => { setTimeout(resolve, 10); });
  expect(ended).toBeNull();
  process.kill(pid ?? 0, 'SIGKILL');
  bench.supervisor.quit(true);
  await bench.untilState('stopped');
  expect(existsSync(temporaryIn(bench))).toBe(false);
  expect(existsSync(path.join(bench.userData, 'uploads'))).toBe(false);
}, 30_000);
