/** The one contract between page and main: an entry for each channel, from which main's checks, the preload functions, the types and docs/bridge.md are made. */
import * as v from 'valibot';
import {
  LOG_PAGE_LINES, amount, appInfo, backendStatus, backendUnavailable, diagnosticsEntry, fileToSave, list, logHit, logPage, logSource, logTrouble, logView, panel, portHolder, savedFile, searchDirection, secretKept, secretName, secretValue, selfTestJob, selfTestOutcome, shape, shortText, upTo, userCommand,
} from './shapes';

export type * from './shapes';
export { LOG_LEVELS } from './shapes';

interface InvokeEntry {
  /** The function's name at `window.electronAPI`; null for what only the preload script itself asks. */
  readonly call: string | null;
  readonly what: string;
  readonly args: readonly v.GenericSchema[];
  readonly result: v.GenericSchema;
  /** The most that the arguments may weigh together, counted before a schema sees them; `MAX_BYTES` without it. */
  readonly maxBytes?: number;
}

interface EventEntry {
  /** The name of the function that subscribes, at `window.electronAPI`; it returns the function that unsubscribes. */
  readonly on: string;
  readonly what: string;
  readonly message: v.GenericSchema;
  /** The channel that answers with the current message, which a subscriber gets at once; messages are then told apart by their `seq`. */
  readonly current: string | null;
}

/** For arguments of a few words: 64 KiB. */
export const MAX_BYTES = 65_536;

/** What the page may ask of main. A new channel is an entry here, and its handler in main/index.ts. */
export const INVOKE = {
  'backend:get-url': {
    call: 'getApiUrl',
    what: 'The address of the backend. Resolves in healthy, unhealthy and reconnecting; waits in idle, starting, crashed and backoff; else rejects with `BackendUnavailable`.',
    args: [],
    result: v.union([shape({ url: v.string() }), backendUnavailable]),
  },
  'backend:get-status': { call: null, what: 'The current status.', args: [], result: backendStatus },
  'backend:command': { call: 'sendBackendCommand', what: 'Tells the machine what the person wants. It answers by the next status.', args: [userCommand], result: v.void() },
  'app:info': { call: 'getAppInfo', what: 'Names the product and what runs it.', args: [], result: appInfo },
  'diagnostics:preview': { call: 'previewDiagnostics', what: 'Gathers the diagnostics, and names their parts.', args: [], result: list(diagnosticsEntry) },
  'diagnostics:read': { call: 'readDiagnostics', what: 'The text of a part of the last preview, or its end.', args: [shortText], result: v.string() },
  'diagnostics:save': { call: 'saveDiagnostics', what: 'Saves the last preview as a zip, where the person says.', args: [], result: savedFile },
  'logs:get-trouble': { call: null, what: 'What keeps lines from the disk.', args: [], result: logTrouble },
  'logs:list': { call: 'listLogs', what: 'The log files, the current ones first, then by age.', args: [], result: list(logSource) },
  'logs:read': {
    call: 'readLog', what: 'Lines of a log: the view, the first row, how many rows. Rows count what the view shows.',
    args: [logView, amount, upTo(LOG_PAGE_LINES)], result: logPage,
  },
  'logs:find': {
    call: 'findInLog', what: 'The row with this text, upper or lower case: the next one from a row on, or the one before it, and round the end; and its number among all that match.',
    args: [logView, shortText, amount, searchDirection], result: logHit,
  },
  'logs:open-folder': { call: 'openLogFolder', what: 'Opens the folder that holds `backend.log` in the system’s file manager.', args: [], result: v.void() },
  'ports:get-holders': { call: 'getPortHolders', what: 'Who listens on the ports that the backend could take; null where the system does not tell.', args: [], result: v.nullable(list(portHolder)) },
  'links:open-download': { call: 'openDownloadPage', what: 'Opens the page that offers the installer, in the browser. Rejects where the product has none.', args: [], result: v.void() },
  'files:save': { call: 'saveFile', what: 'Asks the person where to save a file, and saves it there, whole or not at all.', args: [fileToSave], result: savedFile, maxBytes: 268_435_456 },
  'secrets:state': { call: 'secretState', what: 'Where a secret that `backend.json` names is kept. Secrets never come back to the page.', args: [secretName], result: secretKept },
  'secrets:keep': { call: 'keepSecret', what: 'Keeps a secret, in place of the former one; main adds it to the requests that `backend.json` names.', args: [secretName, secretValue], result: secretKept },
  'secrets:forget': { call: 'forgetSecret', what: 'Forgets a secret.', args: [secretName], result: secretKept },
  'self-test:get-job': { call: 'getSelfTestJob', what: 'What `--self-test` wants the page to do; null without it.', args: [], result: v.nullable(selfTestJob) },
  'self-test:finish': { call: 'finishSelfTest', what: 'Reports what came of that job.', args: [selfTestOutcome], result: v.void(), maxBytes: 4_194_304 },
} as const satisfies Record<string, InvokeEntry>;

/** What main tells the page. A new event is an entry here, and a `broadcast` in main. */
export const EVENTS = {
  notice: { on: 'onNotice', what: 'A short message that the person has not been shown yet.', message: v.string(), current: null },
  'backend-status': { on: 'onBackendStatus', what: 'The current status at once, then each later one.', message: backendStatus, current: 'backend:get-status' },
  'logs:trouble': { on: 'onLogTrouble', what: 'What keeps lines from the disk: at once, and when it changes.', message: logTrouble, current: 'logs:get-trouble' },
  'panel:show': { on: 'onShowPanel', what: 'A person chose this panel outside of the page: in the menu or in a dialog.', message: panel, current: null },
} as const satisfies Record<string, EventEntry>;

type Invoke = typeof INVOKE;
type Events = typeof EVENTS;
type Outputs<Schemas extends readonly v.GenericSchema[]> = { -readonly [Index in keyof Schemas]: v.InferOutput<Schemas[Index]> };

export type Channel = keyof Invoke;
export type Arguments<Name extends Channel> = Outputs<Invoke[Name]['args']>;
export type Result<Name extends Channel> = v.InferOutput<Invoke[Name]['result']>;
export type EventChannel = keyof Events;
export type Message<Name extends EventChannel> = v.InferOutput<Events[Name]['message']>;

type Calls = { [Name in Channel as Invoke[Name]['call'] & string]: (...args: Arguments<Name>) => Promise<Result<Name>> };
type Subscriptions = { [Name in EventChannel as Events[Name]['on']]: (callback: (message: Message<Name>) => void) => () => void };

/** What the preload script puts at `window.electronAPI`; docs/bridge.md says what each function does. */
export interface ElectronApi extends Omit<Calls, 'getApiUrl'>, Subscriptions {
  /** The one function that is more than its channel: it gives the bare address, and rejects with the other answer. */
  getApiUrl: () => Promise<string>;
}

/** What the preload script needs of all this; its build leaves out the rest (see vite.preload.config.ts). */
export const NAMES: {
  readonly calls: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, { readonly channel: string; readonly current: string | null }>>;
} = {
  calls: Object.fromEntries(Object.entries<InvokeEntry>(INVOKE).flatMap(([channel, { call }]) => (call === null ? [] : [[call, channel]]))),
  events: Object.fromEntries(Object.entries<EventEntry>(EVENTS).map(([channel, { on, current }]) => [on, { channel, current }])),
};
