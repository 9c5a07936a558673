/** The diagnostics: all that helps and no secret, wherever somebody put one; and what is saved is what was shown. */
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { checkBackendSpec } from '../../main/backend/spec';
import { collect, zipOf, type Facts } from '../../main/diagnostics/collect';
import { createDiagnosticsPreview } from '../../main/diagnostics/preview';
import { createRedactor } from '../../main/diagnostics/redact';
import type { FileToSave } from '../../preload/contract';
import { removeFolders, temporaryFolder } from '../support/folders';

const TOKEN = 'c0ffee'.repeat(10).padEnd(64, '0');
const MODEL_KEY = 'sk-canary-0123456789abcdefCANARY';
const PASSWORD = 'canary-pass-word';
const CANARIES = [TOKEN, MODEL_KEY, PASSWORD, os.homedir()];

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(path.join(folder, 'logs'));
});
afterEach(removeFolders);

const put = (name: string, text: string): void => { writeFileSync(path.join(folder, 'logs', name), text); };
const facts = (changes: Partial<Facts> = {}): Facts => ({
  app: { name: 'PocketMusec', version: '1.0.0', packaged: false, debug: false }, userData: path.join(os.homedir(), 'data'), logs: path.join(folder, 'logs'),
  status: null, waiting: '', spec: null, problems: [], ...changes,
});
const textOf = (entries: readonly { name: string; text: string }[], name: string): string => entries.find((entry) => entry.name === name)?.text ?? 'missing';

test('logs, trace, versions, ports, state and settings are there; other files of the folder are not', () => {
  put('backend.log', 'a line\n');
  put('lifecycle.ndjson', '{}\n');
  put('secrets.json', '{}');
  const spec = checkBackendSpec({ name: 'Guest', command: { development: ['server'] } }, 'the test');
  const entries = collect(facts({ spec, waiting: 'not yet\n' }));
  expect(entries.map(({ name }) => name).sort()).toEqual([
    'logs/backend.log', 'logs/lifecycle.ndjson', 'logs/not-written-yet.log', 'ports.json', 'problems.txt', 'settings.json', 'state.json', 'versions.json',
  ]);
  expect(textOf(entries, 'problems.txt')).toBe('none\n');
  expect(JSON.parse(textOf(entries, 'ports.json'))).toMatchObject({ from: 8_000, to: 9_000 });
  expect(JSON.parse(textOf(entries, 'settings.json'))).toMatchObject({ userData: '~/data', backend: { name: 'Guest' } });
});

test('no canary is in any part of the zip: not from a log, the trace, the settings, the command line, nor the state', () => {
  put('backend.log', [
    `Authorization: Bearer ${TOKEN}`, `os.environ: {'POCKETMUSEC_TOKEN': '${TOKEN}', 'MODEL_API_KEY': '${MODEL_KEY}'}`, `--model-key=${MODEL_KEY} --token ${TOKEN}`,
    `{"password": "${PASSWORD}"}`, `http://user:${PASSWORD}@host/`, `opened ${os.homedir()}/Music`, `token=${PASSWORD}&x=1`, '',
  ].join('\n'));
  put('lifecycle.ndjson', `${JSON.stringify({ event: { stderrTail: [`api_key=${PASSWORD}`, TOKEN, os.homedir()] } })}\n`);
  const spec = checkBackendSpec({
    name: 'Guest', command: { development: ['server', `--key=${MODEL_KEY}`] }, environment: { MODEL_API_KEY: PASSWORD, OTHER: PASSWORD },
  }, 'the test');
  const crash = { generation: 1, at: 0, cause: 'x', code: 1, signal: null, stderrTail: [`secret: ${PASSWORD}`] };
  const files = unzipSync(zipOf(collect(facts({ spec, status: { crash } as unknown as Facts['status'], waiting: `Bearer ${TOKEN}\n` }))));
  const found = Object.entries(files).flatMap(([name, bytes]) => CANARIES.filter((canary) => strFromU8(bytes).includes(canary)).map((canary) => `${name}: ${canary}`));
  expect(found).toEqual([]);
  expect(strFromU8(files['logs/backend.log'] ?? new Uint8Array())).toContain('opened ~/Music');
});

test('ordinary text stays as it is', () => {
  const text = '2026-11-23T10:00:00.000Z INFO backend spawned {"generation":1,"pid":4711,"port":8000} 53b4d2 /usr/share [token]\n';
  expect(createRedactor('/home/ada')(text)).toBe(text);
});

test.each(['a-', 'a.', '-', 'token', 'sk-', 'a://b', 'Bearer '])('a line of %j again and again takes no more time than its length asks for', (part) => {
  const before = performance.now();
  createRedactor('/home/ada')(part.repeat(200_000 / part.length));
  expect(performance.now() - before).toBeLessThan(3_000);
});

test('what is no file of the folder itself stays out: a link may lead anywhere', () => {
  const outside = path.join(folder, 'diary.txt');
  writeFileSync(outside, 'dear diary');
  symlinkSync(outside, path.join(folder, 'logs/link.log'));
  mkdirSync(path.join(folder, 'logs/folder.log'));
  expect(collect(facts()).map(({ name }) => name)).toEqual(['problems.txt', 'versions.json', 'state.json', 'ports.json', 'settings.json']);
});

test('of many long logs the newest are there, 20 MiB in all', () => {
  for (let age = 0; age < 7; age += 1) {
    put(`day-${age}.log`, `${'.'.repeat(1_023)}\n`.repeat(4 * 1_024));
    utimesSync(path.join(folder, `logs/day-${age}.log`), 1_000_000 - age, 1_000_000 - age);
  }
  const logs = collect(facts()).filter(({ name, text }) => name.startsWith('logs/') && text !== '');
  expect(logs.map(({ name }) => name)).toEqual(['logs/day-0.log', 'logs/day-1.log', 'logs/day-2.log', 'logs/day-3.log', 'logs/day-4.log']);
});

test('a bearer is taken out whatever its form and wherever it stands', () => {
  expect(createRedactor('/home/ada')('sent Bearer hunter.2-x, then waited')).toBe('sent Bearer [removed], then waited');
});

test('a secret after a long name is taken out too', () => {
  expect(createRedactor('/home/ada')(`${'very-'.repeat(20)}token=hunter2`)).toBe(`${'very-'.repeat(20)}token=[removed]`);
});

test('of a long log the end is there, in whole lines, and the problems say so', () => {
  put('backend.log', Array.from({ length: 100_000 }, (_, n) => `line ${n} ${'.'.repeat(60)}\n`).join(''));
  const entries = collect(facts());
  const text = textOf(entries, 'logs/backend.log');
  expect(text.length).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(text).toMatch(/^line \d+ \.{60}\n/);
  expect(text).toContain('line 99999 ');
  expect(textOf(entries, 'problems.txt')).toMatch(/^backend\.log has \d+ bytes; its end is here\n$/);
});

test('a folder that is not there is a problem that is named, not an end', () => {
  const entries = collect(facts({ logs: path.join(folder, 'nowhere'), problems: ['userData is broken'] }));
  expect(textOf(entries, 'problems.txt')).toMatch(/^userData is broken\nThe folder of the logs can not be read: .*ENOENT/);
  expect(entries.map(({ name }) => name)).toContain('versions.json');
});

test('what was shown is what is saved, also when more has happened since', async () => {
  put('main.log', 'shown\n');
  const files: FileToSave[] = [];
  const preview = createDiagnosticsPreview(() => collect(facts()), async (file) => {
    files.push(file);
    return { state: 'saved', name: file.name };
  });
  const names = preview.preview();
  put('main.log', 'later\n');
  expect(names.find(({ name }) => name === 'logs/main.log')?.bytes).toBe(6);
  expect(preview.read('logs/main.log')).toBe('shown\n');
  expect(() => preview.read('../secrets.json')).toThrow('no such part');
  await preview.save();
  const saved = unzipSync(files[0]?.bytes ?? new Uint8Array());
  expect(Object.keys(saved).sort()).toEqual(names.map(({ name }) => name).sort());
  expect(strFromU8(saved['logs/main.log'] ?? new Uint8Array())).toBe('shown\n');
});
