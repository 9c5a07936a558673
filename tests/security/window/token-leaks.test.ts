/** Hole: the token is found where others can read: in the page, on a command line, in an environment, in a log, in a trace. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { childrenOf, descendantsOf } from '../../support/processes';
import { launchApp, temporaryFolder, type RunningApp } from '../../support/app';
import { makePdf } from '../../support/pdf';

const { folder, remove } = temporaryFolder();
let running: RunningApp;
beforeAll(async () => { running = await launchApp(folder); });
afterAll(async () => {
  await running.close().catch(() => {});
  remove();
});

const linesOf = (file: string): string[] => readFileSync(file, 'latin1').split('\0');
/** The one place it has to stand: the environment that the backend was spawned with, which the system shows to its user alone. */
const tokenOf = (pid: number | null): string => linesOf(`/proc/${pid}/environ`).find((line) => line.startsWith('POCKETMUSEC_TOKEN='))?.split('=')[1] ?? '';
const ask = async (port: number | null, token: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}/api/documents`, { headers: { authorization: `Bearer ${token}` } })).status;

/** Whether the memory of a process holds one of these. Null where the system does not let us look. */
async function memoryHolds(pid: number, words: readonly string[]): Promise<boolean[] | null> {
  const memory = await open(`/proc/${pid}/mem`).catch(() => null);
  if (memory === null) return null;
  const wanted = words.flatMap((word) => [Buffer.from(word, 'latin1'), Buffer.from(word, 'utf16le')]);
  const found = words.map(() => false);
  const chunk = Buffer.alloc(16 * 1024 * 1024);
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').trim().split('\n')) {
      const [, from = '0', to = '0', rights = ''] = /^(\w+)-(\w+) (\S+)/.exec(line) ?? [];
      if (!rights.startsWith('rw')) continue;
      for (let at = Number.parseInt(from, 16), end = Number.parseInt(to, 16); at < end; at += chunk.length) {
        // What was reserved and never used can't be read, nor can some of the kernel's.
        const { bytesRead } = await memory.read(chunk, 0, Math.min(chunk.length, end - at), at).catch(() => ({ bytesRead: 0 }));
        const seen = chunk.subarray(0, bytesRead);
        for (const [index, word] of wanted.entries()) if (seen.includes(word)) found[index >> 1] = true;
      }
    }
  } finally {
    await memory.close();
  }
  return found;
}

async function heapSnapshot({ page }: RunningApp): Promise<string> {
  const client = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => { chunks.push(chunk); });
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await client.detach();
  return chunks.join('');
}

test('a life with an import, a crash and a second generation leaves no token anywhere', async () => {
  const { page } = running;
  const first = await running.untilState('healthy');
  const tokens = [tokenOf(first.pid)];
  expect(tokens[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(await ask(first.port, tokens[0] ?? '')).toBe(200);

  const pdf = path.join(folder, 'standards.pdf');
  const known = makePdf(pdf, { pages: 3 });
  await page.getByLabel(/^Choose .*files to add/).setInputFiles(pdf);
  await page.getByText(`${known.standards} standards`).first().waitFor();
  process.kill(childrenOf(first.pid ?? -1)[0] ?? -1, 'SIGKILL');
  const second = await running.untilState('healthy', first.generation + 1);
  tokens.push(tokenOf(second.pid));
  expect(new Set(tokens).size).toBe(2);
  expect(await Promise.all(tokens.map(async (token) => await ask(second.port, token)))).toEqual([401, 200]);

  // Requests of the page itself, whose headers are made in main.
  const headers = await page.evaluate(async () => {
    Object.assign(window, { canary: 'canary-in-the-page' });
    const answer = await fetch(`${await window.electronAPI.getApiUrl()}/api/documents`);
    return JSON.stringify([[...answer.headers], await answer.json(), performance.getEntries(), document.cookie, Object.entries(localStorage)]);
  });
  const diagnostics = await page.evaluate(async () => {
    const parts = await window.electronAPI.previewDiagnostics();
    return (await Promise.all(parts.map(async ({ name }) => await window.electronAPI.readDiagnostics(name)))).join('\n');
  });
  expect(diagnostics).toContain('backend-status');
  expect(tokens.filter((token) => diagnostics.includes(token))).toEqual([]);
  const heap = await heapSnapshot(running);
  const main = running.app.process().pid ?? -1;
  const renderer = await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? -1);
  const memory = await memoryHolds(renderer, ['canary-in-the-page', ...tokens]);
  // Where the search finds what is there, it would have found a token.
  expect([heap.includes('canary-in-the-page'), ...tokens.map((token) => heap.includes(token) || headers.includes(token))]).toEqual([true, false, false]);
  if (memory !== null) expect(memory).toEqual([true, false, false]);

  const family = [main, ...descendantsOf(main)];
  expect(family.length).toBeGreaterThan(5);
  const shown = family.flatMap((pid) => {
    try {
      return [{ pid, argv: linesOf(`/proc/${pid}/cmdline`).join(' '), environment: linesOf(`/proc/${pid}/environ`).join(' ') }];
    } catch {
      return [];
    }
  });
  const holders = (text: (one: (typeof shown)[number]) => string): number[] => shown.filter((one) => tokens.some((token) => text(one).includes(token))).map(({ pid }) => pid);
  expect(holders(({ argv }) => argv)).toEqual([]);
  // The warden was spawned with it, the backend is the warden's fork; nobody that they start is given it.
  expect(holders(({ environment }) => environment)).toEqual([second.pid, ...childrenOf(second.pid ?? -1).slice(0, 1)]);

  await running.close();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  expect(files.map((file) => path.relative(folder, file))).toEqual(expect.arrayContaining(['logs/main.log', 'logs/backend.log', 'logs/backend_errors.log', 'logs/lifecycle.ndjson', 'pocket_musec.db']));
  expect(files.filter((file) => { const content = readFileSync(file, 'latin1'); return tokens.some((token) => content.includes(token)); })).toEqual([]);
  expect(readFileSync(path.join(folder, 'logs/lifecycle.ndjson'), 'utf8')).toContain('"type":"READY"');
});
