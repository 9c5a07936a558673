/** A main process and a backend that tests hold in their hands: what the page hears from them, and what it sends to them. */
import { FATAL, SLOW } from '../../machines/troubles';
import * as streams from 'node:stream/web';
import { TextDecoder, TextEncoder } from 'node:util';
import type { BackendStatus, ElectronApi, FatalReason, FileToSave, LogHit, LogPage, LogSource, LogTrouble, LogView, Panel, PortHolder, SavedFile, SecretKept, SelfTestJob, SelfTestOutcome, UserCommand } from '../../preload/contract';
import type { Hit, LibraryDocument, LibraryEvent } from '../../renderer/backend/wire';
import { FakeLogs } from './logs';
import type { FetchLike } from '../../renderer/backend/client';
import { createServices, type Services } from '../../renderer/services';

// What every browser has, and jsdom does not.
Object.assign(globalThis, { TextEncoder, TextDecoder, ReadableStream: streams.ReadableStream });

// jsdom's files have their bytes but not the method that reads them. At once, so that fake timers have nothing to hold back.
if (!('arrayBuffer' in Blob.prototype)) {
  Object.defineProperty(Blob.prototype, 'arrayBuffer', {
    async value(this: Blob): Promise<ArrayBuffer> {
      const key = Object.getOwnPropertySymbols(this).find(({ description }) => description === 'impl');
      const { _buffer: bytes } = Reflect.get(this, key ?? '') as { _buffer: Uint8Array };
      return new Uint8Array(bytes).buffer;
    },
  });
}

export const BASE = 'http://127.0.0.1:8123';

export class FakeElectron implements ElectronApi {
  readonly commands: UserCommand[] = [];
  readonly outcomes: SelfTestOutcome[] = [];
  job: SelfTestJob | null = null;
  isDebug = false;
  downloadPageOpened = 0;
  foldersOpened = 0;
  readonly logs = new FakeLogs();
  showPanel: (panel: Panel) => void = () => {};
  portHolders: PortHolder[] | null = null;
  tellLogTrouble: (trouble: LogTrouble) => void = () => {};
  status: BackendStatus = {
    seq: 0, state: 'starting', subState: 'locating', text: 'Starting backend...', help: null, choices: [], url: null, port: null, pid: null, generation: 1,
    attempt: 0, maxAttempts: 0, at: 0, nextTryAt: null, crash: null, crashes: 0, reason: null, detail: null,
  };
  private readonly listeners = new Set<(status: BackendStatus) => void>();
  private readonly noticeListeners = new Set<(text: string) => void>();

  getApiUrl = async (): Promise<string> => {
    // The bridge rejects with a plain object: an Error's own properties do not cross it.
    // eslint-disable-next-line typescript/prefer-promise-reject-errors
    return this.status.url ?? await Promise.reject({ reason: 'stopped', message: 'The backend is stopped.' });
  };
  onBackendStatus = (callback: (status: BackendStatus) => void): (() => void) => {
    this.listeners.add(callback);
    callback(this.status);
    return () => this.listeners.delete(callback);
  };
  onNotice = (callback: (text: string) => void): (() => void) => {
    this.noticeListeners.add(callback);
    return () => this.noticeListeners.delete(callback);
  };
  getPortHolders = async (): Promise<PortHolder[] | null> => this.portHolders;
  sendBackendCommand = async (command: UserCommand): Promise<void> => { this.commands.push(command); };
  getAppInfo = async () => ({ name: 'PocketMusec', version: '0.1.0', electron: '45.4.1', platform: 'linux', debug: this.isDebug });
  openLogFolder = async (): Promise<void> => { this.foldersOpened += 1; };
  listLogs = async (): Promise<LogSource[]> => this.logs.sources();
  readLog = async (view: LogView, from: number, count: number): Promise<LogPage> => this.logs.read(view, from, count);
  findInLog = async (view: LogView, query: string, from: number, direction: 'next' | 'previous'): Promise<LogHit> => this.logs.find(view, query, from, direction);
  diagnosticsSaved = 0;
  previewDiagnostics = async () => [{ name: 'state.json', bytes: 2 }];
  readDiagnostics = async (name: string): Promise<string> => `text of ${name}`;
  saveDiagnostics = async (): Promise<SavedFile> => {
    this.diagnosticsSaved += 1;
    return { state: 'saved', name: 'diagnostics.zip' };
  };
  onLogTrouble = (callback: (trouble: LogTrouble) => void): (() => void) => {
    this.tellLogTrouble = callback;
    callback({ seq: 0, code: null, file: null, dropped: 0 });
    return () => { this.tellLogTrouble = () => {}; };
  };
  onShowPanel = (callback: (panel: Panel) => void): (() => void) => {
    this.showPanel = callback;
    return () => { this.showPanel = () => {}; };
  };
  openDownloadPage = async (): Promise<void> => { this.downloadPageOpened += 1; };
  getSelfTestJob = async (): Promise<SelfTestJob | null> => this.job;
  readonly savedFiles: FileToSave[] = [];
  readonly secrets = new Map<string, string>();
  saving: SavedFile = { state: 'saved', name: 'Saved.docx' };
  saveFile = async (file: FileToSave): Promise<SavedFile> => {
    this.savedFiles.push(file);
    return this.saving;
  };
  secretState = async (name: string): Promise<SecretKept> => (this.secrets.has(name) ? 'session' : 'not-kept');
  keepSecret = async (name: string, value: string): Promise<SecretKept> => {
    this.secrets.set(name, value);
    return 'session';
  };
  forgetSecret = async (name: string): Promise<SecretKept> => {
    this.secrets.delete(name);
    return 'not-kept';
  };
  finishSelfTest = async (outcome: SelfTestOutcome): Promise<void> => { this.outcomes.push(outcome); };

  notice(text: string): void { for (const listener of this.noticeListeners) listener(text); }

  emit(change: Partial<BackendStatus>): void {
    this.status = { ...this.status, subState: '', help: null, choices: [], ...change, seq: this.status.seq + 1 };
    for (const listener of this.listeners) listener(this.status);
  }
  healthy(change: Partial<BackendStatus> = {}): void {
    this.emit({ state: 'healthy', subState: 'resting', text: 'Ready', url: BASE, port: 8123, ...change });
  }
  fatal(reason: FatalReason, change: Partial<BackendStatus> = {}): void {
    this.emit({ state: 'fatal', reason, url: null, ...FATAL[reason], ...change });
  }
  slow(): void { this.emit({ state: 'starting', subState: 'probing.slow', ...SLOW }); }
  crashed(): void {
    const { generation } = this.status;
    this.emit({ state: 'backoff', text: 'Reconnecting...', url: null, crashes: 1, crash: { generation, at: 0, cause: 'exit code 1', code: 1, signal: null, stderrTail: ['boom'] } });
  }
}

type Answered = Awaited<ReturnType<FetchLike>>;
/** A list of texts as a body comes as a stream, piece by piece; anything else as JSON. */
export const answered = (status: number, body: unknown): Answered => {
  const pieces = body instanceof Pieces ? body.texts : [JSON.stringify(body)];
  const bytes = pieces.map((text) => new TextEncoder().encode(text));
  return {
    status,
    headers: new Headers(),
    text: async () => pieces.join(''),
    arrayBuffer: async () => new Uint8Array(bytes.flatMap((piece) => [...piece])).buffer,
    body: new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        for (const piece of bytes) controller.enqueue(piece);
        if (!(body instanceof Pieces && body.isOpen)) controller.close();
      },
    }),
  };
};
/** A body that comes in these pieces, and does not end where it is open. */
export class Pieces {
  readonly texts: readonly string[];
  readonly isOpen: boolean;
  constructor(texts: readonly string[], isOpen = false) {
    this.texts = texts;
    this.isOpen = isOpen;
  }
}
type Answer = readonly [status: number, body: unknown];
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly init: RequestInit;
}

export class FakeSocket extends EventTarget {
  readonly url: string;
  isClosed = false;
  constructor(url: string) {
    super();
    this.url = url;
  }
  close(): void { this.isClosed = true; }
  say(event: LibraryEvent): void { this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(event) })); }
  drop(): void { this.dispatchEvent(new Event('close')); }
}

export class FakeNetwork {
  readonly sent: SentRequest[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Throw for no answer; return 'hang' for one that never comes. */
  answer: (request: SentRequest) => Answer | 'hang' | Promise<Answer> = () => [200, emptySearch];

  fetch = async (url: string, init: RequestInit): Promise<Answered> => {
    const { pathname, searchParams } = new URL(url);
    const request = { method: init.method ?? 'GET', path: pathname, params: searchParams, init };
    this.sent.push(request);
    const answer = this.answer(request);
    if (answer === 'hang') {
      return await new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
      });
    }
    const [status, body] = await answer;
    return answered(status, body);
  };
  openSocket = (url: string): FakeSocket => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };
  get socket(): FakeSocket {
    const newest = this.sockets.at(-1);
    if (newest === undefined) throw new Error('no socket was opened');
    return newest;
  }
  of(method: string, path: string): SentRequest[] {
    return this.sent.filter((request) => request.method === method && request.path.startsWith(path));
  }
}

export const emptySearch = { total: 0, hits: [], grades: [], strands: [] };
export const noAnswer = (): never => { throw new TypeError('Failed to fetch'); };

export interface World {
  readonly electron: FakeElectron;
  readonly network: FakeNetwork;
  readonly services: Services;
}
export function createWorld(): World {
  const electron = new FakeElectron();
  const network = new FakeNetwork();
  return { electron, network, services: createServices(electron, { fetch: network.fetch, openSocket: network.openSocket }) };
}

export const pdf = (name = 'Standards.pdf', content = '%PDF-1.7 tables'): File => new File([content], name, { type: 'application/pdf' });

export function libraryDocument(change: Partial<LibraryDocument> = {}): LibraryDocument {
  return {
    id: 'd1', name: 'Standards.pdf', format: 'pdf', size: 15, state: 'imported', page: 12, pages: 12, standards: 24, objectives: 118,
    unread: [], error: null, added_at: '2026-11-20T10:00:00Z', ...change,
  };
}

export function hit(change: Partial<Hit> = {}): Hit {
  const text = change.text ?? 'Keep a steady beat.';
  return {
    code: 'K.CN.1.1', kind: 'objective', grade: 'K', strand: 'CN', strand_name: 'Connect', text, segments: [{ text, match: false }],
    document_id: 'd1', document_name: 'Standards.pdf', document_format: 'pdf', page: 4, ...change,
  };
}

/** Lets promises that are ready run on, also under fake timers. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
