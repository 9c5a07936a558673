/** The documents of the library and the files on their way into it. */
import type { Client } from '../backend/client';
import type { LibraryDocument, LibraryEvent } from '../backend/wire';
import { createStore, when, type Readable } from '../store';
import { strings } from '../strings';
import type { Notices } from '../ui/notices';
import { checkFile } from './checkFile';
import type { Dropped } from './dropped';
import { Refused, refusal, refusalOf, type Refusal } from './refusal';

/** A file that the backend has not taken yet. */
export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly phase: 'sending' | 'waiting' | 'refused';
  readonly refusal: Refusal | null;
}
export interface LibraryState {
  /** False until the backend has said for the first time what there is. */
  readonly loaded: boolean;
  readonly documents: readonly LibraryDocument[];
  readonly uploads: readonly Upload[];
  readonly removing: readonly string[];
}
export type Settled = { readonly document: LibraryDocument } | { readonly refusal: Refusal };

export interface Documents {
  readonly state: Readable<LibraryState>;
  /** Sends them, and returns a key for each. */
  readonly add: (dropped: readonly Dropped[]) => string[];
  readonly importAgain: (key: string) => void;
  readonly dismiss: (key: string) => void;
  readonly remove: (document: LibraryDocument) => Promise<void>;
  /** Null where the file itself is no longer at hand (after the window was loaded again). */
  readonly retry: (document: LibraryDocument) => (() => Promise<void>) | null;
  readonly receive: (event: LibraryEvent) => void;
  /** Resolves when that file is imported, failed or refused. */
  readonly settled: (key: string, signal?: AbortSignal) => Promise<Settled>;
}

/** What is needed to send a file again: after a refusal, a failure, or a backend that died over it. */
interface Source {
  readonly file: File;
  readonly isFolder: boolean;
  documentId: string | null;
  /** In place of the document with the same content; a send after a crash must mean the same as the first one. */
  replace: boolean;
  interruptions: number;
  abort: AbortController;
}

/** Once it may have been chance; a file over which the backend dies twice is not sent a third time unasked. */
const UNASKED_RESENDS = 1;

export function createDocuments(client: Client, notices: Notices): Documents {
  const state = createStore<LibraryState>({ loaded: false, documents: [], uploads: [], removing: [] });
  const sources = new Map<string, Source>();
  let lastKey = 0;

  const patch = (change: Partial<LibraryState>): void => state.update((old) => ({ ...old, ...change }));
  const setUpload = (upload: Upload): void => {
    const { uploads } = state.get();
    const known = uploads.some(({ key }) => key === upload.key);
    patch({ uploads: known ? uploads.map((old) => (old.key === upload.key ? upload : old)) : [upload, ...uploads] });
  };
  const dropUpload = (key: string): void => patch({ uploads: state.get().uploads.filter((upload) => upload.key !== key) });
  const describe = (key: string, { file }: Source, phase: Upload['phase'], why: Refusal | null = null): Upload =>
    ({ key, name: file.name, size: file.size, phase, refusal: why });

  async function send(key: string, source: Source): Promise<void> {
    source.abort = new AbortController();
    source.documentId = null;
    const { signal } = source.abort;
    const known = new Set(state.get().documents.map(({ id }) => id));
    let sends = 0;
    setUpload(describe(key, source, 'sending'));
    try {
      if (source.isFolder) throw new Refused('folder');
      const document = await client.importDocument(source.file, source.replace, {
        signal,
        onWaiting: () => setUpload(describe(key, source, 'waiting')),
        onSend: async (nth) => {
          // Before every send: the file may be gone by the time that the backend is back.
          await checkFile(source.file);
          sends = nth;
          setUpload(describe(key, source, 'sending'));
        },
      });
      source.documentId = document.id;
      dropUpload(key);
      // Its events may have come before this answer, and they know more.
      if (!state.get().documents.some(({ id }) => id === document.id)) put(document);
    } catch (error) {
      if (signal.aborted) return;
      const why = refusalOf(error);
      if (sends > 1 && isEcho(why, known)) return acceptEcho(key, source, why);
      setUpload(describe(key, source, 'refused', why));
    }
  }

  /** The first send got through although its answer did not: then the second is told that the file is there already. */
  function isEcho(why: Refusal, known: ReadonlySet<string>): boolean {
    return why.code === 'already-importing' || (why.code === 'already-imported' && why.documentId !== null && !known.has(why.documentId));
  }
  function acceptEcho(key: string, source: Source, why: Refusal): void {
    const { documents } = state.get();
    source.documentId = why.documentId
      ?? documents.find(({ name, size }) => name === source.file.name && size === source.file.size)?.id ?? null;
    dropUpload(key);
  }

  function put(document: LibraryDocument): void {
    const { documents } = state.get();
    const old = documents.find(({ id }) => id === document.id);
    patch({ documents: old ? documents.map((each) => (each === old ? document : each)) : [document, ...documents] });
    if (document.state === 'imported' && old !== undefined && old.state !== 'imported') {
      notices.show(strings.imported(document.name, strings.standardsCount(document.standards), strings.objectivesCount(document.objectives)));
    }
  }

  /** A new backend does not know of imports that its predecessor had not finished: they are sent again. */
  function resumeLost(before: readonly LibraryDocument[], now: readonly LibraryDocument[]): void {
    for (const [key, source] of sources) {
      const lost = before.find(({ id }) => id === source.documentId);
      if (lost === undefined || lost.state === 'imported' || now.some(({ id }) => id === lost.id)) continue;
      source.documentId = null;
      if (lost.error !== null) setUpload(describe(key, source, 'refused', { ...lost.error, documentId: null }));
      else if (source.interruptions >= UNASKED_RESENDS) setUpload(describe(key, source, 'refused', refusal('interrupted')));
      else {
        source.interruptions += 1;
        void send(key, source);
      }
    }
  }

  function forget(id: string): void {
    for (const [key, source] of sources) {
      if (source.documentId === id) sources.delete(key);
    }
  }

  async function remove(document: LibraryDocument): Promise<void> {
    patch({ removing: [...state.get().removing, document.id] });
    try {
      await client.removeDocument(document.id);
      forget(document.id);
      patch({ documents: state.get().documents.filter(({ id }) => id !== document.id) });
    } catch {
      notices.show(strings.removeFailed(document.name));
    } finally {
      patch({ removing: state.get().removing.filter((id) => id !== document.id) });
    }
  }

  function add(dropped: readonly Dropped[]): string[] {
    return dropped.map(({ file, isFolder }) => {
      const key = `file-${(lastKey += 1)}`;
      const source: Source = { file, isFolder, documentId: null, replace: false, interruptions: 0, abort: new AbortController() };
      sources.set(key, source);
      void send(key, source);
      return key;
    });
  }

  return {
    state,
    add,
    remove,
    importAgain: (key) => {
      const source = sources.get(key);
      if (source === undefined) return;
      source.replace ||= state.get().uploads.find((upload) => upload.key === key)?.refusal?.code === 'already-imported';
      void send(key, source);
    },
    dismiss: (key) => {
      sources.get(key)?.abort.abort();
      sources.delete(key);
      dropUpload(key);
    },
    retry: (document) => {
      const source = Array.from(sources.values()).find(({ documentId }) => documentId === document.id);
      if (source === undefined) return null;
      return async () => {
        await remove(document);
        add([source]);
      };
    },
    receive: (event) => {
      if (event.type === 'document') return put(event.document);
      const before = state.get().documents;
      if (event.type === 'removed') {
        forget(event.id);
        return patch({ documents: before.filter(({ id }) => id !== event.id) });
      }
      patch({ loaded: true, documents: event.documents });
      resumeLost(before, event.documents);
    },
    settled: async (key, signal) => {
      let settled: Settled | null = null;
      await when(state, (now) => (settled = outcome(now, key)) !== null, signal);
      return settled ?? { refusal: refusal('unknown') };
    },
  };

  function outcome({ uploads, documents }: LibraryState, key: string): Settled | null {
    const upload = uploads.find((each) => each.key === key);
    if (upload !== undefined) return upload.refusal === null ? null : { refusal: upload.refusal };
    const source = sources.get(key);
    if (source === undefined) return { refusal: refusal('removed') };
    const document = documents.find(({ id }) => id === source.documentId);
    return document === undefined || document.state === 'queued' || document.state === 'importing' ? null : { document };
  }
}
