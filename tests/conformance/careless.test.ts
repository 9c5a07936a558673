/** The conformance suite itself: a careful backend passes all of it, and each carelessness is found by the clause that forbids it. */
import path from 'node:path';
import { checkBackendSpec } from '../../main/backend/spec';
import { PYTHON, ROOT } from '../support/supervise';
import type { Clause, Kit } from './clause';
import { CLAUSES, makeKit } from './kit';

const spec = (careless: string) => checkBackendSpec({
  name: 'Careful',
  command: { development: [PYTHON, '-S', '-E', path.join(ROOT, 'tests/fixtures/backends/careful.py')] },
  arguments: ['--port', '{port}'],
  guardsItself: true,
  environment: { TOKEN: '{token}', DATA: '{userData}', DATABASE_PATH: '{userData}/notes.db', LOG_PATH: '{userData}/logs/careful.log', CARELESS: careless },
  health: { startup: { intervalMs: 50, attempts: careless === 'never-ready' ? 10 : 200 }, reconnect: { timeoutMs: 1_500 }, liveness: { timeoutMs: 1_500 } },
  shutdown: { path: '/stop', askMs: 1_000, termMs: 1_000, killMs: 500 },
  identity: 'proof',
  exitCodes: { 65: 'database', 73: 'user-data', 78: 'configuration', 98: 'port-taken' },
  dumpSignal: 'SIGUSR1',
}, 'the test');

/** Tries a clause, and ends what it started. */
async function tried(careless: string, clause: Clause): Promise<string> {
  const { close, ...kit } = makeKit({ spec: spec(careless), packaged: false, placeholders: { python: PYTHON, resources: ROOT, app: ROOT } });
  try {
    return await clause.check(kit satisfies Kit);
  } finally {
    await close();
  }
}

const every = Object.values(CLAUSES).flat();
const named = (words: string): Clause => {
  const found = every.filter((clause) => clause.says(spec('')).includes(words));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} clauses say "${words}"`);
  return found[0];
};

test.concurrent.each(every.map((clause) => [clause.says(spec('')), clause] as const))('a careful backend keeps it: %s', async (_says, clause) => {
  expect(clause.spares(spec(''))).toBeNull();
  expect(await tried('', clause)).not.toBe('');
});

const CARELESS: readonly (readonly [careless: string, clause: string, found: string])[] = [
  ['never-ready', 'answers GET /health with 200 within', 'no 200 from /health'],
  ['listens-everywhere', 'listens on 127.0.0.1 and nowhere else', 'it listens on 00000000'],
  ['prints', 'nothing on stdout', 'on stdout: serving'],
  ['log-without-stamp', 'nothing on stdout', 'a line without a stamp'],
  ['dies-without-a-log', 'goes on when its log', 'it exited with 1 instead of starting'],
  ['writes-its-token', 'keeps its token out', 'it stands in '],
  ['exit-98', 'leaves with 98', 'it left with 1'],
  ['exit-78', 'leaves with 78', 'it left with 1'],
  ['exit-73', 'leaves with 73', 'it left with 1'],
  ['exit-65', 'database is not one', 'it left with 1'],
  ['exit-65', 'database is damaged', 'it left with 1'],
  ['exit-65', 'database is of a newer version', 'it left with 1'],
  ['mends-the-database', 'database is of a newer version', 'ENOENT'],
  ['huge-health', 'in at most 64 KiB', 'an answer of 100'],
  ['wrong-proof', 'proves by each health answer', 'the proof was'],
  ['cors', 'sends no CORS headers', 'access-control-allow-origin'],
  ['one-at-a-time', 'clients hold connections', 'no answer to GET /health within'],
  ['dies-of-nonsense', 'outlives what is no HTTP', 'ECONN'],
  ['any-token', 'without the token or with another', 'was answered with 200'],
  ['tells-which-addresses-exist', 'tells somebody without the token nothing', 'statuses 401, 404'],
  ['any-host', 'under another Host', 'was answered with 200'],
  ['any-origin', 'from another Origin', 'was answered with 200'],
  ['any-form', 'as an HTML form can send it', 'was answered with 200'],
  ['errors-are-text', 'problem document', 'content type text/plain'],
  ['exit-0', 'then ends with code 0', 'it ended with 1'],
  ['ends-before-it-answers', 'then ends with code 0', 'socket hang up'],
  ['leaves-a-child', 'then ends with code 0', 'processes are left'],
  ['does-not-stop', 'takes no new request', 'ms after it was answered with 200'],
  ['ignores-sigterm', 'on SIGTERM within 1000 ms, and', 'it still ran 1000 ms'],
  ['ignores-sigterm', 'while it is still starting', 'it still ran 1000 ms'],
  ['outlives-the-app', 'the end of its stdin', 'it still ran 1000 ms'],
  ['leaves-a-child', 'killed outright', '1 of 2 processes lived on'],
  ['has-no-dump', 'lives on after SIGUSR1', 'nothing came into the log'],
  ['log-is-kept-open', 'follows its log', 'did not go into a new file'],
];

test.concurrent.each(CARELESS)('%s is found by: %s', async (careless, words, found) => {
  await expect(tried(careless, named(words))).rejects.toThrow(found);
});

test('there is a carelessness for each clause', () => {
  const forbidden = new Set(CARELESS.map(([, words]) => named(words)));
  // A backend that can't start twice can't be careful in anything else.
  expect(every.filter((clause) => !forbidden.has(clause)).map((clause) => clause.says(spec('')))).toEqual([expect.stringMatching(/^starts again/)]);
});
