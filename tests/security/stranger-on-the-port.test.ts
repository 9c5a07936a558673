/** Hole: another user of this computer sits on the port, plays the backend and is told the token. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { PORTS, puppetSpec, statesOf, supervise, type Bench } from '../support/supervise';

/** "nobody": some other user, whom only root can be. Elsewhere the stranger has our own rights, which the proof does not look at. */
const OTHER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
/** Answers all with 200 and a proof it made up, and prints each request as a line of JSON. */
const STRANGER = `
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        print(json.dumps({"method": self.command, "path": self.path, "headers": dict(self.headers)}), flush=True)
        body = json.dumps({"status": "ok", "proof": "0" * 64}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer.allow_reuse_address = True
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("{}", flush=True)
server.serve_forever()
`;

interface Heard { readonly method?: string; readonly path?: string; readonly headers?: Readonly<Record<string, string>> }
let stranger: ChildProcess | null = null;
let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
  if (stranger?.exitCode === null) {
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  }
  stranger = null;
});

/** Resolves when it listens. */
async function sitOn(port: number): Promise<{ readonly heard: Heard[]; readonly many: (count: number) => Promise<void> }> {
  const child = spawn('/usr/bin/env', ['python3', '-I', '-c', STRANGER, String(port)], { ...OTHER, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: '/usr/local/bin:/usr/bin:/bin' } });
  stranger = child;
  const heard: Heard[] = [];
  let text = '';
  const waiting: { count: number; resolve: () => void }[] = [];
  const many = async (count: number): Promise<void> => { if (heard.length < count) await new Promise<void>((resolve) => { waiting.push({ count, resolve }); }); };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    heard.push(...lines.map((line) => JSON.parse(line) as Heard));
    for (const { count, resolve } of waiting) if (heard.length >= count) resolve();
  });
  await many(1);
  heard.shift();
  if (OTHER.uid !== undefined) expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toContain(`Uid:\t${OTHER.uid}\t`);
  return { heard, many };
}
const start = (...args: Parameters<typeof puppetSpec>): Bench => {
  bench = supervise(puppetSpec(...args));
  bench.supervisor.send('START');
  return bench;
};
const toldTheToken = (heard: readonly Heard[]): readonly Heard[] =>
  heard.filter(({ method, headers }) => method !== 'GET' || Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'authorization'));

test('there first: the app goes to the next port, and says nothing to him', async () => {
  const { heard } = await sitOn(PORTS.from);
  const { untilState, supervisor } = start();
  expect(await untilState('healthy')).toMatchObject({ port: PORTS.from + 1, crashes: 0 });
  supervisor.send('STOP');
  await untilState('stopped');
  expect(heard).toEqual([]);
});

test.each(['proof', 'port-owner'] as const)('there before the backend, which never comes (%s): his answers are no backend, and the token stays here', async (identity) => {
  const { supervisor, until, untilState, ...running } = start({ identity, environment: { PUPPET_START: 'deaf' }, health: { startup: { intervalMs: 20, attempts: 60 } } });
  const { heard, many } = await sitOn(supervisor.current().port ?? 0);
  await many(6);
  await until(({ subState }) => subState === 'probing.slow');
  expect(supervisor.access()).toBeNull();
  supervisor.send('STOP');
  await untilState('stopped');
  expect(statesOf({ ...running, supervisor, until, untilState })).toEqual(['idle', 'starting', 'stopping', 'stopped']);
  expect(toldTheToken(heard)).toEqual([]);
  expect(heard.every(({ path }) => identity === 'port-owner' ? path === '/health' : /^\/health\?nonce=\w{32}$/.test(path ?? ''))).toBe(true);
  // A nonce that comes twice could be answered with what was heard before.
  if (identity === 'proof') expect(new Set(heard.map(({ path }) => path)).size).toBe(heard.length);
});

test('there as soon as the backend is gone: what was proved before counts no more', async () => {
  const { supervisor, until, untilState, puppet } = start({ restart: { delayMs: 3_000, budget: 3, windowMs: 300_000 } });
  const { port } = await untilState('healthy');
  await puppet('exit?1');
  await until(({ state }) => state === 'backoff');
  expect(supervisor.access()).toBeNull();
  const { heard } = await sitOn(port ?? 0);
  const next = await until(({ state, generation }) => state === 'healthy' && generation > 1);
  expect(next.port).not.toBe(port);
  supervisor.send('STOP');
  await untilState('stopped');
  expect(toldTheToken(heard)).toEqual([]);
});
