/** Who may come in: a backend that is given a token lets nobody else do anything. */
import { randomBytes } from 'node:crypto';
import type { Answer, Launched, Question } from '../backend';
import { all, hold, stopOf, withProof, withShutdown, withToken, type Clause, type Kit } from '../clause';

const REFUSALS = [400, 401, 403, 421];

async function alive({ spec }: Kit['target'], backend: Launched): Promise<void> {
  const { status } = await backend.ask(spec.health.path).catch(() => ({ status: 0 }));
  hold(status === spec.health.status, 'and it did not live on');
}

/** Each question must be refused, and the backend go on. */
async function refuses({ target, shared }: Kit, targetPath: string, questions: readonly Question[], allowed: readonly number[] = REFUSALS): Promise<string> {
  const backend = await shared();
  const statuses: number[] = [];
  for (const question of questions) {
    const { status } = await backend.ask(targetPath, question);
    hold(allowed.includes(status), `${question.method ?? 'GET'} ${targetPath} with ${JSON.stringify(question.headers ?? {})} was answered with ${status}`);
    statuses.push(status);
  }
  await alive(target, backend);
  return `${[...new Set(statuses)].join(', ')} for ${questions.length} requests`;
}

const wrong = (token: string): string[] => ['', 'Bearer', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`];

export const ACCESS: readonly Clause[] = [
  {
    says: (spec) => `refuses ${stopOf(spec)} without the token or with another, and lives on`,
    spares: all(withToken, withShutdown),
    check: async (kit) => {
      const { method, path } = kit.target.spec.shutdown;
      const { token } = (await kit.shared()).generation;
      return await refuses(kit, path ?? '/', [{ method }, ...wrong(token).map((authorization) => ({ method, headers: { authorization } }))], [401, 403]);
    },
  },
  {
    says: () => 'tells somebody without the token nothing, not even which addresses exist',
    spares: all(withToken, withProof),
    check: async (kit) => {
      const backend = await kit.shared();
      const nobody = `/nothing-${randomBytes(8).toString('hex')}`;
      const answers = await Promise.all(['/', '/docs', '/openapi.json', nobody].map(async (path) => await backend.ask(path)));
      const [first] = answers;
      hold(answers.every(({ status }) => status === 401 || status === 403), `statuses ${answers.map(({ status }) => status).join(', ')}`);
      hold(answers.every(({ body }) => body === first?.body), 'the answers differ');
      return `${first?.status} for addresses that exist and ones that do not`;
    },
  },
  {
    says: () => 'refuses requests under another Host, the health request too: a web page whose name was rebound to 127.0.0.1 has that name there',
    spares: withToken,
    check: async (kit) => {
      const { port } = await kit.shared();
      return await refuses(kit, kit.target.spec.health.path, ['else.where', `else.where:${port}`, `127.0.0.1.else.where:${port}`, '127.0.0.1:1'].map((host) => ({ headers: { host }, trusted: true })));
    },
  },
  {
    says: () => 'refuses requests from another Origin, even with the token',
    spares: withToken,
    check: async (kit) => await refuses(kit, kit.target.spec.health.path, ['https://else.where', 'null', 'app://else'].map((origin) => ({ headers: { origin }, trusted: true }))),
  },
  {
    says: (spec) => `refuses ${stopOf(spec)} as an HTML form can send it (text/plain, urlencoded), even with the token`,
    spares: all(withToken, withShutdown),
    check: async (kit) => {
      const { method, path } = kit.target.spec.shutdown;
      return await refuses(kit, path ?? '/', ['text/plain', 'application/x-www-form-urlencoded'].map((type) => ({ method, body: 'a=b', headers: { 'content-type': type }, trusted: true })), [400, 403, 415]);
    },
  },
  {
    says: () => 'says every error as a problem document (RFC 9457)',
    spares: all(withToken, withProof),
    check: async ({ target, shared }) => {
      const backend = await shared();
      const { health, shutdown } = target.spec;
      const errors: readonly [string, Answer][] = [
        ['no token', await backend.ask('/')],
        ['another Host', await backend.ask('/', { headers: { host: 'else.where' }, trusted: true })],
        ['another Origin', await backend.ask('/', { headers: { origin: 'https://else.where' }, trusted: true })],
        ['no such address', await backend.ask('/nothing', { trusted: true })],
        ['wrong method', await backend.ask(health.path, { method: 'DELETE', trusted: true })],
        ...(shutdown.path === null ? [] : [['wrong method', await backend.ask(shutdown.path, { method: shutdown.method === 'GET' ? 'POST' : 'GET', trusted: true })] as [string, Answer]]),
        ['no HTTP', await said(backend, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${backend.port}\r\nbroken\r\n\r\n`)],
      ];
      for (const [what, answer] of errors) {
        hold(answer.status >= 400 && answer.status < 500, `${what}: status ${answer.status}`);
        hold(answer.headers['content-type'] === 'application/problem+json', `${what}: content type ${answer.headers['content-type']}`);
        const lacking = missingIn(answer);
        hold(lacking.length === 0, `${what}: ${lacking.join(', ')} in ${answer.body.slice(0, 200)}`);
      }
      return errors.map(([what, { status }]) => `${what} ${status}`).join(', ');
    },
  },
];

function missingIn({ status, body }: Answer): string[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return ['no JSON'];
  }
  const document = typeof json === 'object' && json !== null ? json as Record<string, unknown> : {};
  return [
    ...['type', 'title', 'detail'].filter((name) => typeof document[name] !== 'string' || document[name] === '').map((name) => `no ${name}`),
    ...(document['status'] === status ? [] : [`status ${String(document['status'])} for ${status}`]),
  ];
}

/** The answer to what no HTTP client would send. */
async function said(backend: Launched, text: string): Promise<Answer> {
  const socket = await backend.saying(text);
  let answer = '';
  for await (const part of socket.setEncoding('utf8')) answer += String(part);
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  const [status = '', ...lines] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]), body, tookMs: 0,
    headers: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])),
  };
}
