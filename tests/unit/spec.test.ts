/** `backend.json` is checked field by field: its defaults are the requirements' numbers, and a bad field is named with what was found and what is allowed. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { BackendSpecError, BackendSpecSchema, checkBackendSpec, fillIn, policyOf, readBackendSpec } from '../../main/backend/spec';
import { DEFAULT_POLICY } from '../../machines/policy';
import { removeFolders, temporaryFolder } from '../support/folders';

const SPECS = path.resolve(__dirname, '../../backend-spec');
const minimal = { name: 'Guest', command: { development: ['server'] } };

function problemsOf(input: unknown): readonly string[] {
  try {
    checkBackendSpec(input, 'guest.json');
  } catch (error) {
    if (error instanceof BackendSpecError) return error.problems;
    throw error;
  }
  return [];
}

afterEach(removeFolders);

test('a command is enough: all else has a default', () => {
  expect(problemsOf(minimal)).toEqual([]);
});

test('the defaults are the numbers of the requirements', () => {
  const spec = checkBackendSpec(minimal, 'guest.json');
  expect(spec.ports).toEqual({ from: 8_000, to: 9_000 });
  expect(spec.health).toEqual({
    path: '/health', status: 200,
    startup: { intervalMs: 500, attempts: 60, timeoutMs: 2_000 },
    liveness: { intervalMs: 30_000, timeoutMs: 5_000 },
    reconnect: { intervalMs: 1_000, attempts: 3, timeoutMs: 2_000 },
  });
  expect(spec.shutdown).toEqual({ path: null, method: 'POST', askMs: 5_000, termMs: 2_000, killMs: 3_000 });
  expect(spec.restart).toEqual({ delayMs: 2_000, budget: 3, windowMs: 300_000 });
  expect(spec.logs).toEqual({ output: 'backend.log', errors: 'backend_errors.log' });
  expect(spec.identity).toBe('port-owner');
  expect(spec.workingFolder).toEqual({ development: '{app}', packaged: '{resources}' });
});

test('the machine gets these numbers, and asks only where there is a route to ask', () => {
  const asked = policyOf(checkBackendSpec({ ...minimal, shutdown: { path: '/stop' }, exitCodes: { 98: 'port-taken' } }, 'guest.json'));
  expect(asked).toEqual({ ...DEFAULT_POLICY, exitCodes: { 98: 'port-taken' } });
  expect(policyOf(checkBackendSpec(minimal, 'guest.json')).shutdown.ask).toBe(false);
});

test.each([
  ['a missing name', { command: minimal.command }, 'name: found nothing, allowed is a value: it has no default'],
  ['an empty name', { ...minimal, name: '' }, 'name: found "", allowed is a text that is not empty'],
  ['a name of another type', { ...minimal, name: 3 }, 'name: found 3, allowed is a text'],
  ['no command', { name: 'x' }, 'command: found nothing, allowed is a value: it has no default'],
  ['an empty command', { ...minimal, command: { development: [] } }, 'command.development: found [], allowed is a list that begins with the executable'],
  ['a command as one text', { ...minimal, command: { development: 'run me' } }, 'command.development: found "run me", allowed is a list that begins with the executable'],
  ['an unknown field', { ...minimal, comand: [] }, 'comand: found a field that is not known; remove it or mend its name'],
  ['an unknown field inside', { ...minimal, health: { interval: 1 } }, 'health.interval: found a field that is not known; remove it or mend its name'],
  ['a list for arguments', { ...minimal, arguments: '--port' }, 'arguments: found "--port", allowed is a list of texts'],
  ['a bad variable name', { ...minimal, environment: { 'A B': '1' } }, 'environment.A B: found "A B", allowed is a variable name'],
  ['a number in the environment', { ...minimal, environment: { A: 1 } }, 'environment.A: found 1, allowed is a text'],
  ['a port below', { ...minimal, ports: { from: 0, to: 9 } }, 'ports.from: found 0, allowed is a whole number from 1 to 65535'],
  ['a port above', { ...minimal, ports: { fixed: 65_536 } }, 'ports.fixed: found 65536, allowed is a whole number from 1 to 65535'],
  ['ports the wrong way round', { ...minimal, ports: { from: 9, to: 8 } }, 'ports.from: found 9, allowed is at most ports.to (8)'],
  ['ports of both kinds', { ...minimal, ports: { from: 8, to: 9, fixed: 8 } },
    'ports: found {"from":8,"to":9,"fixed":8}, allowed is {"from": PORT, "to": PORT}, or {"fixed": PORT} for a server that can not be told one'],
  ['a path without /', { ...minimal, health: { path: 'health' } }, 'health.path: found "health", allowed is a path that begins with / and has neither spaces nor #'],
  ['a path with a line end', { ...minimal, shutdown: { path: '/a\nb' } }, 'shutdown.path: found "/a\\nb", allowed is a path that begins with / and has neither spaces nor #'],
  ['half a millisecond', { ...minimal, health: { startup: { intervalMs: 0.5 } } }, 'health.startup.intervalMs: found 0.5, allowed is a whole number from 1 to 86400000'],
  ['no wait at all', { ...minimal, restart: { delayMs: 0 } }, 'restart.delayMs: found 0, allowed is a whole number from 1 to 86400000'],
  ['a time as text', { ...minimal, shutdown: { askMs: '5s' } }, 'shutdown.askMs: found "5s", allowed is a whole number from 1 to 86400000'],
  ['a budget of none', { ...minimal, restart: { budget: 0 } }, 'restart.budget: found 0, allowed is a whole number from 1 to 100000'],
  ['a status that is none', { ...minimal, health: { status: 42 } }, 'health.status: found 42, allowed is a whole number from 100 to 599'],
  ['an unknown method', { ...minimal, shutdown: { method: 'HEAD' } }, 'shutdown.method: found "HEAD", allowed is ("POST" | "PUT" | "DELETE" | "GET")'],
  ['an unknown identity', { ...minimal, identity: 'trust' }, 'identity: found "trust", allowed is ("proof" | "port-owner" | "none")'],
  ['an exit code with a zero before it', { ...minimal, exitCodes: { '098': 'port-taken' } }, 'exitCodes.098: found "098", allowed is an exit code from 0 to 255, in quotes'],
  ['an exit code that no process has', { ...minimal, exitCodes: { 256: 'port-taken' } }, 'exitCodes.256: found "256", allowed is an exit code from 0 to 255, in quotes'],
  ['a log outside its folder', { ...minimal, logs: { output: '../x.log' } }, 'logs.output: found "../x.log", allowed is a plain file name that ends in .log'],
  ['a signal that can not be handled', { ...minimal, dumpSignal: 'SIGKILL' }, 'dumpSignal: found "SIGKILL", allowed is ("SIGUSR1" | "SIGQUIT")'],
  ['the signal that ends a guarded tree', { ...minimal, dumpSignal: 'SIGUSR2' }, 'dumpSignal: found "SIGUSR2", allowed is ("SIGUSR1" | "SIGQUIT")'],
  ['a guard without a command', { ...minimal, guard: {} }, 'guard.development: found nothing, allowed is a value: it has no default'],
  ['a guard by word', { ...minimal, guardsItself: 'yes' }, 'guardsItself: found "yes", allowed is true or false'],
  ['a page without TLS', { ...minimal, downloadPage: 'http://x.org' }, 'downloadPage: found "http://x.org", allowed is an address that begins with https://'],
  ['no object', 'x', '(the whole file): found "x", allowed is an object in braces'],
])('%s is refused with path, what was found and what is allowed', (_name, input, problem) => {
  expect(problemsOf(input)).toEqual([problem]);
});

test('an unknown meaning of an exit code is answered with all that are known', () => {
  const [problem = ''] = problemsOf({ ...minimal, exitCodes: { 7: 'tired' } });
  expect(problem).toMatch(/^exitCodes\.7: found "tired", allowed is \("port-taken" \| "crash-budget"/);
});

test.each([
  ['command.development.1', { ...minimal, command: { development: ['server', '--token={token}'] } }],
  ['command.packaged.0', { ...minimal, command: { development: ['server'], packaged: ['{token}'] } }],
  ['arguments.0', { ...minimal, arguments: ['{token}'] }],
  ['workingFolder.development', { ...minimal, workingFolder: { development: '/tmp/{token}' } }],
  ['health.path', { ...minimal, health: { path: '/health/{token}' } }],
  ['name', { ...minimal, name: '{token}' }],
])('{token} in %s is refused, since others could read it there', (where, input) => {
  expect(problemsOf(input)).toEqual([expect.stringMatching(new RegExp(`^${where.replaceAll('.', '\\.')}: found ".*", allowed is anything without \\{token\\}`))]);
});

test('{token} in the environment is what it is for', () => {
  expect(problemsOf({ ...minimal, environment: { TOKEN: '{token}' } })).toEqual([]);
});

test('all problems are told at once, and the message has the file and each of them', () => {
  const input = { ...minimal, name: 3, health: { path: 'x', bogus: 1 }, arguments: ['{token}'], restart: { budget: 0 } };
  expect(problemsOf(input)).toHaveLength(5);
  expect(() => checkBackendSpec(input, 'guest.json')).toThrow(/^guest\.json can't be used:\n {2}name: .*(\n {2}.*){4}$/);
});

test('what was found is shown in short', () => {
  const [problem = ''] = problemsOf({ ...minimal, ports: 'x'.repeat(1_000) });
  expect(problem.length).toBeLessThan(200);
});

test('a file that is not there, and one that is not JSON', () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'guest.json');
  expect(() => readBackendSpec(file)).toThrow(/guest\.json can't be used:\n.*no such file/);
  writeFileSync(file, '{"name": ');
  expect(() => readBackendSpec(file)).toThrow(/guest\.json can't be used:\n.*JSON/);
});

test('our own backend.json is valid and complete', () => {
  const spec = readBackendSpec(path.join(SPECS, 'backend.json'));
  expect(spec).toMatchObject({ identity: 'proof', ports: { from: 8_000, to: 9_000 }, shutdown: { path: '/api/shutdown', method: 'POST' } });
  expect(policyOf(spec)).toMatchObject({ ...DEFAULT_POLICY, shutdown: { ...DEFAULT_POLICY.shutdown, dump: true }, exitCodes: { 65: 'database', 73: 'user-data', 78: 'configuration', 98: 'port-taken' } });
  expect(spec.environment).toMatchObject({ ELECTRON_MODE: 'true', DATABASE_PATH: '{userData}/pocket_musec.db', IMAGE_STORAGE_PATH: '{userData}/images' });
  expect(spec.arguments).toEqual(['--port', '{port}']);
});

test('the JSON schema beside it is what the runtime checks', () => {
  const schema = toJsonSchema(BackendSpecSchema, { typeMode: 'input', ignoreActions: ['check'] });
  const onDisk: unknown = JSON.parse(readFileSync(path.join(SPECS, 'backend.schema.json'), 'utf8'));
  expect(onDisk).toEqual({ title: 'A backend, as the supervised runtime knows it', ...schema });
});

test('placeholders are filled in, braces that mean something else stay', () => {
  expect(fillIn('{port}/{port}/{other}/{"a":1}/{userData}', { port: '8000', userData: '/a b' })).toBe('8000/8000/{other}/{"a":1}//a b');
  // A value is never read as a template again.
  expect(fillIn('{userData}', { userData: '{token} $& $1', token: 'secret' })).toBe('{token} $& $1');
});
