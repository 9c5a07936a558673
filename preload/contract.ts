/** The one typed contract between renderer and main: what is said on which channel, in which shape. Imports types and names of the machine only. */
import type { Crash } from '../machines/context';
import type { FatalReason } from '../machines/policy';
import type { BackendState, Projection } from '../machines/status';

export { FATAL_REASONS } from '../machines/policy';
export { BACKEND_STATES } from '../machines/status';
export type { BackendState, FatalReason };
export type CrashRecord = Crash;


/** What `backend-status` carries: one message for each change of the machine's projection, numbered without holes. */
export interface BackendStatus extends Omit<Projection, 'nextTryInMs'> {
  readonly seq: number;
  /** Epoch milliseconds of this status, and of the next automatic try (null where none is planned). */
  readonly at: number;
  readonly nextTryAt: number | null;
}

/** What `getApiUrl()` rejects with: plain, since an Error's own properties do not cross the bridge. */
export interface BackendUnavailable {
  readonly reason: FatalReason | 'stopping' | 'stopped';
  readonly message: string;
}

/** What people may tell the backend's machine from the window. */
export const USER_COMMANDS = ['RETRY', 'RESTART', 'KEEP_WAITING', 'PROBE_NOW'] as const;
export type UserCommand = (typeof USER_COMMANDS)[number];

/** Names the product and what runs it; for the details that a person copies out of the window. */
export interface AppInfo {
  readonly name: string;
  readonly version: string;
  readonly electron: string;
  readonly platform: string;
  readonly debug: boolean;
}

/** The job of `--self-test`, done by the page itself with the code that its buttons use. */
export interface SelfTestJob {
  readonly file: { readonly name: string; readonly bytes: Uint8Array } | null;
  readonly search: string | null;
}
export interface SelfTestOutcome {
  readonly imported: { readonly name: string; readonly pages: number; readonly standards: number; readonly objectives: number } | null;
  readonly hits: readonly { readonly code: string; readonly text: string }[];
  readonly error: string | null;
}

/** `invoke` channels: the argument tuple and the result of each. */
export interface InvokeChannels {
  'backend:get-url': { args: []; result: { url: string } | BackendUnavailable };
  'backend:get-status': { args: []; result: BackendStatus };
  'backend:command': { args: [UserCommand]; result: void };
  'app:info': { args: []; result: AppInfo };
  'logs:open': { args: []; result: void };
  'self-test:get-job': { args: []; result: SelfTestJob | null };
  'self-test:finish': { args: [SelfTestOutcome]; result: void };
}

/** Events from main to the page. */
export interface EventChannels {
  'backend-status': BackendStatus;
}

/** What the preload script puts at `window.electronAPI`. */
export interface ElectronApi {
  /** Resolves in healthy, unhealthy and reconnecting; waits in idle, starting, crashed and backoff; rejects with `BackendUnavailable` else. */
  getApiUrl: () => Promise<string>;
  /** Calls back with the current status at once, then with each later one; returns the function that unsubscribes. */
  onBackendStatus: (callback: (status: BackendStatus) => void) => () => void;
  sendBackendCommand: (command: UserCommand) => Promise<void>;
  getAppInfo: () => Promise<AppInfo>;
  /** Opens the folder that holds `backend.log` in the system's file manager. */
  openLogs: () => Promise<void>;
  getSelfTestJob: () => Promise<SelfTestJob | null>;
  finishSelfTest: (outcome: SelfTestOutcome) => Promise<void>;
}
