/** Three servers from registries, each supervised by its spec alone: started, watched, killed, hung, stopped, swept. `npm run guests` installs them. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { commandOf } from '../../main/backend/command';
import { readBackendSpec, type BackendSpec } from '../../main/backend/spec';
import { makeTools } from '../support/effects';
import { removeFolders } from '../support/folders';
import { childrenOf, descendantsOf, isAlive, namedFor } from '../support/processes';
import { PORTS, ROOT, supervise, type Bench } from '../support/supervise';

const SPECS = path.join(ROOT, 'backend-spec/guests');

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
  removeFolders();
});

/** The spec as it stands, with shorter waits, on ports that no other test uses. */
function quickened(file: string): BackendSpec {
  const spec = readBackendSpec(path.join(SPECS, file));
  return {
    ...spec, ports: PORTS,
    health: {
      ...spec.health,
      liveness: { intervalMs: 500, timeoutMs: 1_000 }, reconnect: { intervalMs: 50, attempts: 3, timeoutMs: 200 },
    },
    restart: { ...spec.restart, delayMs: 100 },
  };
}

test('there is a spec for each of three languages’ servers', () => {
  expect(readdirSync(SPECS).filter((name) => name.endsWith('.json'))).toEqual(['datasette.json', 'node-http-server.json', 'python-http-server.json']);
});

describe.each(['python-http-server.json', 'datasette.json', 'node-http-server.json'])('%s', (file) => {
  test.each([['under the guard', true], ['without it', false]])('%s: started, killed, hung, stopped, and nothing is left', async (_name, guard) => {
    const spec = quickened(file);
    const { executable } = commandOf({ ...makeTools(), spec, placeholders: { python: 'python', resources: ROOT, app: ROOT, userData: ROOT } }, null);
    if (executable.includes('.cache') && !existsSync(executable)) throw new Error(`${executable} is not there: run \`npm run guests\``);
    bench = supervise(spec, { guard });
    const { supervisor, until, untilState, log } = bench;
    const guestOf = (pid: number | null): number => (guard ? childrenOf(pid ?? -1)[0] : pid) ?? -1;
    const generation = async (number: number) => await until((status) => status.state === 'healthy' && status.generation === number);

    supervisor.send('START');
    const first = await generation(1);
    expect(spec.identity).toBe('port-owner');
    expect(first).toMatchObject({ port: PORTS.from, crashes: 0 });
    expect((await fetch(`${first.url}${spec.health.path}`)).status).toBe(200);

    process.kill(guestOf(first.pid), 'SIGKILL');
    const second = await generation(2);
    expect(second).toMatchObject({ crashes: 1, crash: { signal: 'SIGKILL' } });

    process.kill(guestOf(second.pid), 'SIGSTOP');
    const third = await generation(3);
    expect(third).toMatchObject({ crashes: 2, crash: { cause: expect.stringMatching(/^no answer to 3 health checks/) } });

    supervisor.send('RESTART');
    const fourth = await generation(4);
    expect(fourth).toMatchObject({ crashes: 2, port: first.port });
    const tree = [fourth.pid ?? -1, ...descendantsOf(fourth.pid ?? -1)].map(namedFor);
    expect(tree.filter(isAlive)).toHaveLength(guard ? 2 : 1);
    supervisor.send('STOP');
    await untilState('stopped');
    expect(tree.filter(isAlive)).toEqual([]);
    // It has no route to ask; all but the hung one go by SIGTERM.
    expect(log.filter(({ message }) => message === 'signal to the backend').map(({ details }) => details['signal'])).toEqual(['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGTERM']);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  }, 60_000);
});
