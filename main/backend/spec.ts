/** Reads `backend.json`: all that the runtime knows about a backend, checked field by field, with the requirements' numbers as defaults. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { DEFAULT_POLICY, FATAL_REASONS, type ExitMeaning, type Policy } from '../../machines/policy';

const D = DEFAULT_POLICY;
function wholeNumber(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}
const milliseconds = (description: string, fallback: number) =>
  v.optional(v.pipe(wholeNumber(1, 86_400_000), v.description(`${description}, in milliseconds.`)), fallback);
const count = (description: string, fallback: number) =>
  v.optional(v.pipe(wholeNumber(1, 100_000), v.description(description)), fallback);
const port = wholeNumber(1, 65_535);
const PATH_ALLOWED = 'a path that begins with / and has neither spaces nor #';
const urlPath = v.pipe(v.string(PATH_ALLOWED), v.regex(/^\/[!-"$-~]*$/, PATH_ALLOWED));
const text = v.pipe(v.string('a text'), v.minLength(1, 'a text that is not empty'));
const LOG_ALLOWED = 'a plain file name that ends in .log';
const logName = v.pipe(v.string(LOG_ALLOWED), v.regex(/^[\w.-]+\.log$/, LOG_ALLOWED));
const COMMAND_ALLOWED = 'a list that begins with the executable';
const command = v.pipe(v.array(text, COMMAND_ALLOWED), v.minLength(1, COMMAND_ALLOWED));
const forms = v.strictObject({ development: command, packaged: v.optional(command) });

/** argv, folders and logs can be read by others; the environment by the same user only. */
const noToken = 'anything without {token}, which may stand in "environment" only';

const HEADER_ALLOWED = 'the name of a header that begins with x-';
const PAGE_ALLOWED = 'an address that begins with https://';

/** The declarative spec of a backend. `backend.schema.json` is made from this by `npm run schema`. */
export const BackendSpecSchema = v.strictObject({
  $schema: v.optional(v.string()),
  name: v.pipe(text, v.description('What people call it.')),
  command: v.pipe(forms, v.description('Executable and fixed arguments. {python}, {resources}, {app}, {port} and {userData} are filled in.')),
  manifest: v.optional(v.pipe(text,
    v.description('Packaged form: a JSON file with "size" (bytes) and "sha256" of the executable, which is checked against it before each start. {resources} and {app} are filled in.'))),
  arguments: v.optional(v.pipe(v.array(v.string('a text'), 'a list of texts'), v.description('Further arguments, for both forms of the command.')), []),
  guard: v.optional(v.pipe(forms,
    v.description('Linux: a command that runs the one after it, hands signals on, and ends all its descendants on SIGUSR2 and when the app dies. Without one, the product’s.'))),
  guardsItself: v.optional(v.pipe(v.boolean('true or false'), v.description('Linux: what the command starts is such a guard already.')), false),
  environment: v.optional(
    v.pipe(v.record(v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/, 'a variable name')), v.string('a text')),
      v.description('Added to a small clean environment. {token} and {temporary}, a folder that is removed when the backend is gone, are filled in here only.')),
    {},
  ),
  workingFolder: v.optional(v.strictObject({ development: v.optional(text, '{app}'), packaged: v.optional(text, '{resources}') }), {}),
  ports: v.optional(
    v.union([
      v.strictObject({ from: port, to: port }),
      v.strictObject({ fixed: port }),
    ], '{"from": PORT, "to": PORT}, or {"fixed": PORT} for a server that can not be told one'),
    { from: 8_000, to: 9_000 },
  ),
  health: v.optional(v.strictObject({
    path: v.optional(urlPath, '/health'),
    status: v.optional(wholeNumber(100, 599), 200),
    startup: v.optional(v.strictObject({
      intervalMs: milliseconds('Between two polls while starting', D.startup.intervalMs),
      attempts: count('Polls before a start counts as slow', D.startup.attempts),
      timeoutMs: milliseconds('For one poll', D.startup.timeoutMs),
    }), {}),
    liveness: v.optional(v.strictObject({
      intervalMs: milliseconds('Between two probes while healthy', D.liveness.intervalMs),
      timeoutMs: milliseconds('For one probe', D.liveness.timeoutMs),
    }), {}),
    reconnect: v.optional(v.strictObject({
      intervalMs: milliseconds('Between two attempts', D.reconnect.intervalMs),
      attempts: count('Attempts after a missed probe', D.reconnect.attempts),
      timeoutMs: milliseconds('For one attempt', D.reconnect.timeoutMs),
    }), {}),
  }), {}),
  shutdown: v.optional(v.strictObject({
    path: v.optional(v.nullable(urlPath), null),
    method: v.optional(v.picklist(['POST', 'PUT', 'DELETE', 'GET']), 'POST'),
    askMs: milliseconds('For request and exit together', D.shutdown.askMs),
    termMs: milliseconds('After SIGTERM', D.shutdown.termMs),
    killMs: milliseconds('After SIGKILL', D.shutdown.killMs),
  }), {}),
  restart: v.optional(v.strictObject({
    delayMs: milliseconds('Between a crash and the restart', D.restart.delayMs),
    budget: count('Crashes within the window that end in "fatal"', D.restart.budget),
    windowMs: milliseconds('How long a crash counts', D.restart.windowMs),
  }), {}),
  identity: v.optional(
    v.pipe(v.picklist(['proof', 'port-owner', 'none']),
      v.description('How the runtime knows that the answer comes from the process that it started: an HMAC with the token; the owner of the listening socket; not at all.')),
    'port-owner',
  ),
  exitCodes: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/, 'an exit code from 0 to 255, in quotes')), v.picklist(['port-taken', ...FATAL_REASONS])),
    {},
  ),
  logs: v.optional(v.strictObject({ output: v.optional(logName, 'backend.log'), errors: v.optional(logName, 'backend_errors.log') }), {}),
  dumpSignal: v.optional(v.pipe(v.picklist(['SIGUSR1', 'SIGQUIT']),
    v.description('Sent to a hung backend before it is ended, for a dump of its stacks.'))),
  secrets: v.optional(
    v.pipe(v.record(v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/, 'a name of small letters and hyphens')), v.strictObject({
      header: v.pipe(v.string(HEADER_ALLOWED), v.regex(/^x-[a-z-]{1,60}$/, HEADER_ALLOWED)), paths: v.pipe(v.array(urlPath, 'a list of paths'), v.minLength(1, 'a list of paths')),
    })), v.description('What the person may give the app to keep: the request header it goes out in, and the paths of the backend that get it.')),
    {},
  ),
  downloadPage: v.optional(v.pipe(v.string(PAGE_ALLOWED), v.url(PAGE_ALLOWED), v.startsWith('https://', PAGE_ALLOWED), v.description('Where "Download Installer" leads.'))),
});

export type BackendSpec = v.InferOutput<typeof BackendSpecSchema>;

/** A spec that can't be used; `problems` has one line for each field: path, what was found, what is allowed. */
export class BackendSpecError extends Error {
  override readonly name = 'BackendSpecError';
  readonly file: string;
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${file} can't be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
    this.file = file;
    this.problems = problems;
  }
}

function show(input: unknown): string {
  const json = JSON.stringify(input) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

const WORDS: Readonly<Record<string, string>> = { Object: 'an object in braces', string: 'a text', number: 'a number', never: 'nothing' };

/** One line for people: path, what was found, what is allowed. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? '(the whole file)';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path}: found a field that is not known; remove it or mend its name`;
  if (issue.type === 'strict_object' && issue.path?.at(-1)?.origin === 'key') return `${path}: found nothing, allowed is a value: it has no default`;
  // What valibot says by itself begins so; what is said above says what is allowed.
  const allowed = issue.message.startsWith('Invalid ') ? WORDS[issue.expected ?? ''] ?? issue.expected ?? issue.message : issue.message;
  return `${path}: found ${show(issue.input)}, allowed is ${allowed}`;
}

/** Every text that holds the token's placeholder where others could read it. */
function tokenProblems(input: unknown, path: readonly string[] = []): string[] {
  if (typeof input === 'string') return input.includes('{token}') ? [`${path.join('.')}: found ${show(input)}, allowed is ${noToken}`] : [];
  if (typeof input !== 'object' || input === null || path[0] === 'environment') return [];
  return Object.entries(input).flatMap(([key, value]) => tokenProblems(value, [...path, key]));
}

/** Checks a parsed spec. Throws BackendSpecError with every problem, not just the first. */
export function checkBackendSpec(input: unknown, file: string): BackendSpec {
  const result = v.safeParse(BackendSpecSchema, input);
  // One field may break two rules that say the same.
  const problems = [...new Set([...(result.issues ?? []).map(problemOf), ...tokenProblems(input)])];
  if (result.success) {
    const { ports } = result.output;
    if ('from' in ports && ports.from > ports.to) problems.push(`ports.from: found ${ports.from}, allowed is at most ports.to (${ports.to})`);
    if (problems.length === 0) return result.output;
  }
  throw new BackendSpecError(file, problems);
}

/** Reads and checks a spec. Throws BackendSpecError, also where the file is missing or is not JSON. */
export function readBackendSpec(file: string): BackendSpec {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new BackendSpecError(file, [cause instanceof Error ? cause.message : String(cause)], { cause });
  }
  return checkBackendSpec(json, file);
}

/** The machine's numbers for this backend. */
export function policyOf(spec: BackendSpec): Policy {
  const { health, shutdown, restart } = spec;
  return {
    ...DEFAULT_POLICY,
    startup: health.startup, liveness: health.liveness, reconnect: health.reconnect,
    shutdown: {
      ask: shutdown.path !== null,
      // There a signal can only end a process (configured, not yet run).
      dump: spec.dumpSignal !== undefined && process.platform !== 'win32',
      askMs: shutdown.askMs, termMs: shutdown.termMs, killMs: shutdown.killMs,
    },
    restart,
    exitCodes: Object.fromEntries(Object.entries(spec.exitCodes).map(([code, meaning]): [number, ExitMeaning] => [Number(code), meaning])),
  };
}

/** What the placeholders of a spec stand for. */
export interface Placeholders {
  readonly python: string;
  readonly resources: string;
  readonly app: string;
  readonly userData: string;
  /** In the environment only: the generation's folder for temporary files. */
  readonly temporary: string;
  readonly port: string;
  readonly token: string;
}

/** Replaces `{name}`; an unknown name stays as it is, since braces are common in arguments. */
export function fillIn(template: string, values: Partial<Placeholders>): string {
  return template.replaceAll(/\{(python|resources|app|userData|temporary|port|token)\}/g,
    (whole, name: keyof Placeholders) => values[name] ?? whole);
}
