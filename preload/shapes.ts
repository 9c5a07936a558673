/** The shapes that cross the bridge, as schemas: what main checks and what the types say is the same text. */
import * as v from 'valibot';
import type { Crash } from '../machines/context';
import { FATAL_REASONS } from '../machines/policy';
import { BACKEND_STATES, type Projection } from '../machines/status';
import { CHOICES } from '../machines/troubles';

/** An object with exactly these fields. */
export const shape = <Entries extends v.ObjectEntries>(entries: Entries) => v.pipe(v.strictObject(entries), v.readonly());
/** A list of any length; what comes from the page has an end by its channel's `maxBytes`. */
export const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());
/** A whole number from 0. */
export const amount = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Holds a schema's fields to a type that the machine owns: none missing, none too many, each of its type. */
type FieldsOf<Type> = { [Key in keyof Type]: v.GenericSchema<unknown, Type[Key]> };

const crash = shape({
  generation: amount,
  at: v.number(),
  cause: v.string(),
  code: v.nullable(v.number()),
  signal: v.nullable(v.string()),
  stderrTail: list(v.string()),
} satisfies FieldsOf<Crash>);

/** What `backend-status` carries: one message for each change of the machine's projection, numbered without holes. */
export const backendStatus = v.pipe(shape({
  seq: amount,
  state: v.picklist(BACKEND_STATES),
  subState: v.string(),
  text: v.string(),
  /** Set where the person has to decide; the recommended choice comes first. */
  help: v.nullable(v.string()),
  choices: list(v.picklist(CHOICES)),
  url: v.nullable(v.string()),
  port: v.nullable(amount),
  pid: v.nullable(amount),
  generation: amount,
  attempt: amount,
  maxAttempts: amount,
  /** Epoch milliseconds of this status, and of the next automatic try (null where none is planned). */
  at: v.number(),
  nextTryAt: v.nullable(v.number()),
  crash: v.nullable(crash),
  crashes: amount,
  reason: v.nullable(v.picklist(FATAL_REASONS)),
  detail: v.nullable(v.string()),
} satisfies FieldsOf<Omit<Projection, 'nextTryInMs'> & { seq: number; at: number; nextTryAt: number | null }>), v.title('BackendStatus'));
export type BackendStatus = v.InferOutput<typeof backendStatus>;

/** What `getApiUrl()` rejects with: plain, since an Error's own properties do not cross the bridge. */
export const backendUnavailable = v.pipe(shape({
  reason: v.picklist([...FATAL_REASONS, 'stopping', 'stopped']),
  message: v.string(),
}), v.title('BackendUnavailable'));
export type BackendUnavailable = v.InferOutput<typeof backendUnavailable>;

/** What people may tell the backend's machine from the window. */
export const userCommand = v.pipe(v.picklist(['RETRY', 'RESTART', 'KEEP_WAITING', 'PROBE_NOW']), v.title('UserCommand'));
export type UserCommand = v.InferOutput<typeof userCommand>;

/** What can stand in place of the window's screens. */
export const panel = v.pipe(v.picklist(['logs', 'diagnostics']), v.title('Panel'));
export type Panel = v.InferOutput<typeof panel>;

/** A text that a person typed into a field. */
export const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
/** A whole number from 0 to `most`. */
export const upTo = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));

/** From the least to the most important. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const logLevel = v.picklist(LOG_LEVELS);
export type LogLevel = v.InferOutput<typeof logLevel>;
/** A file of the log folder by its plain name: never a path. */
const logName = v.pipe(v.string(), v.maxLength(200), v.regex(/^\w[\w.-]*\.log$/));

export const logTrouble = v.pipe(shape({
  seq: amount,
  /** The system's code, such as ENOSPC, or SLOW; null where all is well. */
  code: v.nullable(v.string()),
  file: v.nullable(v.string()),
  /** Lines that are lost since the start. */
  dropped: amount,
}), v.title('LogTrouble'));
export type LogTrouble = v.InferOutput<typeof logTrouble>;

export const logSource = v.pipe(shape({
  name: logName,
  bytes: amount,
  /** Epoch milliseconds of the last line. */
  changedAt: v.number(),
  /** Lines still come to it; the others are of former days, or full. */
  current: v.boolean(),
}), v.title('LogSource'));
export type LogSource = v.InferOutput<typeof logSource>;

/** What of a log is looked at: lines of this level and above. */
export const logView = v.pipe(shape({ source: logName, level: logLevel }), v.title('LogView'));
export type LogView = v.InferOutput<typeof logView>;

/** The most lines that one answer holds. */
export const LOG_PAGE_LINES = 500;
export const logPage = v.pipe(shape({
  /** Another number: the file began anew, and rows that were read before are of the former one. */
  version: amount,
  /** Rows of the view so far. */
  total: amount,
  lines: list(shape({ level: logLevel, text: v.string() })),
}), v.title('LogPage'));
export type LogPage = v.InferOutput<typeof logPage>;

/** One part of the diagnostics. */
export const diagnosticsEntry = v.pipe(shape({ name: v.string(), bytes: amount }), v.title('DiagnosticsEntry'));
export type DiagnosticsEntry = v.InferOutput<typeof diagnosticsEntry>;

export const searchDirection = v.picklist(['next', 'previous']);
export const logHit = v.pipe(shape({
  version: amount,
  /** Null where nothing matches. */
  row: v.nullable(amount),
  /** 1 for the first match of the view. */
  nth: amount,
  matches: amount,
}), v.title('LogHit'));
export type LogHit = v.InferOutput<typeof logHit>;

/** Names the product and what runs it; for the details that a person copies out of the window. */
export const appInfo = v.pipe(shape({
  name: v.string(),
  version: v.string(),
  electron: v.string(),
  platform: v.string(),
  debug: v.boolean(),
}), v.title('AppInfo'));
export type AppInfo = v.InferOutput<typeof appInfo>;

/** An application that listens on ports which the backend could take. The system hides the name and process of other people's. */
export const portHolder = v.pipe(shape({
  pid: v.nullable(amount),
  name: v.nullable(v.string()),
  /** As people read them: `8000, 8003–8010`. */
  ports: v.string(),
}), v.title('PortHolder'));
export type PortHolder = v.InferOutput<typeof portHolder>;

/** The job of `--self-test`, done by the page itself with the code that its buttons use. */
export const selfTestJob = v.pipe(shape({
  file: v.nullable(shape({ name: v.string(), bytes: v.instance(Uint8Array) })),
  search: v.nullable(v.string()),
}), v.title('SelfTestJob'));
export type SelfTestJob = v.InferOutput<typeof selfTestJob>;

export const selfTestOutcome = v.pipe(shape({
  imported: v.nullable(shape({ name: v.string(), pages: amount, standards: amount, objectives: amount })),
  hits: list(shape({ code: v.string(), text: v.string() })),
  error: v.nullable(v.string()),
}), v.title('SelfTestOutcome'));
export type SelfTestOutcome = v.InferOutput<typeof selfTestOutcome>;

/** Where a secret of the person is: nowhere, in the main process until it ends, or locked by the system's key store. */
export const secretKept = v.pipe(v.picklist(['not-kept', 'session', 'system']), v.title('SecretKept'));
export type SecretKept = v.InferOutput<typeof secretKept>;
export const secretName = v.pipe(v.string(), v.regex(/^[a-z-]{1,40}$/));
export const secretValue = v.pipe(v.string(), v.minLength(1), v.maxLength(4096), v.regex(/^[!-~ ]+$/));

/** A file for the person to keep; the name is a suggestion, and no path. Of the kinds that lessons come in, so that none is a program. */
export const fileToSave = v.pipe(shape({ name: v.pipe(v.string(), v.maxLength(200), v.regex(/\.(md|docx|pdf|json)$/, 'a name that ends in .md, .docx, .pdf or .json')), bytes: v.instance(Uint8Array) }), v.title('FileToSave'));
export type FileToSave = v.InferOutput<typeof fileToSave>;
export const savedFile = v.pipe(v.union([
  shape({ state: v.literal('saved'), name: v.string() }),
  shape({ state: v.literal('cancelled') }),
  shape({ state: v.literal('failed'), message: v.string() }),
]), v.title('SavedFile'));
export type SavedFile = v.InferOutput<typeof savedFile>;

export type { BackendState } from '../machines/status';
export type { FatalReason } from '../machines/policy';
export type { Choice } from '../machines/troubles';
export type CrashRecord = Crash;
