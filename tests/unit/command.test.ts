/** The command line and the environment of a generation: complete, clean, and the token in one place only. */
import { commandOf, environmentOf, searchPathOf } from '../../main/backend/command';
import { Generations } from '../../main/backend/generations';
import { readBackendSpec } from '../../main/backend/spec';
import { makeTools } from '../support/effects';
import path from 'node:path';

const placeholders = { python: '/venv/bin/python', resources: '/res', app: '/app', userData: '/home/t/Användare data' };
const ours = { ...makeTools(), spec: readBackendSpec(path.resolve(__dirname, '../../backend-spec/backend.json')), placeholders };
const generation = (port = 8_437) => new Generations(placeholders.userData).begin(1, port);

test('in development it is Python’s module, in the package the frozen one; the port is an argument', () => {
  expect(commandOf(ours, 8_437)).toEqual({ executable: '/venv/bin/python', args: ['-m', 'pocketmusec', '--port', '8437'], folder: '/app/backend-spec' });
  expect(commandOf({ ...ours, packaged: true }, 8_437)).toEqual({ executable: '/res/backend/main', args: ['--port', '8437'], folder: '/res/backend' });
});

test('a guest without a packaged form runs as in development', () => {
  const guest = makeTools({ command: { development: ['{python}', '-m', 'http.server', '{port}'] } }, placeholders);
  expect(commandOf({ ...guest, packaged: true }, 9)).toEqual({ executable: '/venv/bin/python', args: ['-m', 'http.server', '9'], folder: '/res' });
});

test('before a port is chosen its place stays', () => {
  expect(commandOf(ours, null).args).toEqual(['-m', 'pocketmusec', '--port', '{port}']);
});

test('Scenario: Backend environment is isolated: what it needs is there, below userData', () => {
  expect(environmentOf(ours, generation(), {})).toMatchObject({
    ELECTRON_MODE: 'true',
    DATABASE_PATH: '/home/t/Användare data/pocket_musec.db',
    IMAGE_STORAGE_PATH: '/home/t/Användare data/images',
    LOG_PATH: '/home/t/Användare data/logs/backend.log',
    POCKETMUSEC_PARENT_PID: String(process.pid),
  });
});

test('Scenario: Backend environment is isolated: of the app’s own environment it gets where it runs, who runs it, in which language', () => {
  const inherited = {
    PATH: '/bin', HOME: '/home/t', LANG: 'de_DE.UTF-8', LC_ALL: 'C', TZ: 'UTC', TMPDIR: '/tmp', SSL_CERT_FILE: '/ca',
    NODE_OPTIONS: '--inspect', PYTHONPATH: '/evil', PYTHONHOME: '/evil', PYTHONSTARTUP: '/evil', LD_PRELOAD: '/evil.so', LD_LIBRARY_PATH: '/electron',
    ELECTRON_RUN_AS_NODE: '1', ELECTRON_MODE: 'false', VIRTUAL_ENV: '/x', AWS_SECRET_ACCESS_KEY: 'secret', HTTP_PROXY: 'http://p', _MEIPASS2: '/x', XPATH: 'x', PATHX: 'x',
    DATABASE_PATH: '/elsewhere', NOTHING: undefined,
  };
  const { ELECTRON_MODE, DATABASE_PATH, ...environment } = environmentOf(ours, generation(), inherited);
  expect([ELECTRON_MODE, DATABASE_PATH]).toEqual(['true', '/home/t/Användare data/pocket_musec.db']);
  expect(Object.keys(environment).toSorted()).toEqual([
    'HOME', 'IMAGE_STORAGE_PATH', 'LANG', 'LC_ALL', 'LOG_PATH', 'PATH', 'POCKETMUSEC_GENERATION', 'POCKETMUSEC_ORIGIN', 'POCKETMUSEC_PARENT_PID',
    'POCKETMUSEC_TOKEN', 'POCKETMUSEC_USER_DATA', 'POCKETMUSEC_WARDEN', 'PYTHONNOUSERSITE', 'PYTHONUTF8', 'SSL_CERT_FILE', 'TEMP', 'TMP', 'TMPDIR', 'TZ', 'UPLOADS_PATH',
  ]);
});

test('the token is in the environment, and nowhere on the command line', () => {
  const own = generation();
  const environment = environmentOf(ours, own, {});
  expect(Object.entries(environment).filter(([, value]) => value.includes(own.token)).map(([name]) => name)).toEqual(['POCKETMUSEC_TOKEN']);
  expect(JSON.stringify(commandOf(ours, own.port))).not.toContain(own.token);
});

test('the spec can not forge the mark or the parent', () => {
  const tools = makeTools({ environment: { POCKETMUSEC_GENERATION: 'x', POCKETMUSEC_PARENT_PID: '1' } });
  const own = generation();
  const temporary = `${placeholders.userData}/temporary/${own.mark}`;
  expect(environmentOf(tools, own, {})).toEqual({
    POCKETMUSEC_GENERATION: own.mark, POCKETMUSEC_PARENT_PID: String(process.pid), TMPDIR: temporary, TEMP: temporary, TMP: temporary,
  });
});

test('programs are looked for where its environment will say', () => {
  expect(searchPathOf(makeTools(), { PATH: '/bin' })).toBe('/bin');
  expect(searchPathOf(makeTools({ environment: { PATH: '{app}/bin' } }, placeholders), { PATH: '/bin' })).toBe('/app/bin');
  expect(searchPathOf(makeTools(), {})).toBe('');
});

test('each generation has its own token and mark, in each run of the app', () => {
  const generations = new Generations(placeholders.userData);
  const [first, second] = [generations.begin(1, 8_000), generations.begin(2, 8_000)];
  const otherRun = new Generations(placeholders.userData).begin(1, 8_000);
  expect(new Set([first, second, otherRun].map(({ token }) => token)).size).toBe(3);
  expect(new Set([first, second, otherRun].map(({ mark }) => mark)).size).toBe(3);
  expect(first.token).toMatch(/^[\da-f]{64}$/);
  generations.forget(1);
  expect([generations.get(1), generations.get(2)]).toEqual([undefined, second]);
});
