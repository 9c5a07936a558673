/** What the page asks of the backend about lessons, drafts, images and the language model. */
import type { Client, SendHooks } from '../backend/client';
import { ApiProblem } from '../backend/problem';
import type { StreamEvent } from '../backend/eventStream';
import {
  readImage, readImages, readLesson, readLessonPage, readModel, readModels, readNewDraft, readVersionContent, readVersions,
  type Content, type Lesson, type LessonImage, type LessonPage, type ListedVersion, type Model,
} from './wire';

export type ExportForm = 'md' | 'docx' | 'pdf' | 'json';
export interface Wish {
  readonly standards: readonly string[];
  readonly grade: string;
  readonly minutes: number;
  readonly wishes: string;
}
export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface LessonsApi {
  readonly list: (q: string, signal: AbortSignal) => Promise<LessonPage>;
  readonly create: (content: Content) => Promise<Lesson>;
  readonly load: (id: string, signal?: AbortSignal) => Promise<Lesson>;
  readonly save: (id: string, content: Content, baseVersion: number, hooks?: SendHooks) => Promise<Lesson>;
  readonly remove: (id: string) => Promise<void>;
  readonly duplicate: (id: string) => Promise<Lesson>;
  readonly keepDraft: (id: string, content: Content, baseVersion: number, hooks?: SendHooks) => Promise<void>;
  readonly dropDraft: (id: string) => Promise<void>;
  readonly versions: (id: string) => Promise<ListedVersion[]>;
  readonly version: (id: string, version: number) => Promise<Content>;
  readonly restore: (id: string, version: number) => Promise<Lesson>;
  readonly exportFile: (id: string, form: ExportForm) => Promise<ExportedFile>;
  readonly importFile: (file: File) => Promise<Lesson>;
  readonly addImage: (file: File) => Promise<LessonImage>;
  readonly images: () => Promise<LessonImage[]>;
  readonly draft: (wish: Wish) => Promise<Content>;
  /** Rejects when it could not begin; aborting the signal ends it, at the model too. */
  readonly streamDraft: (wish: Wish, onEvent: (event: StreamEvent) => void, signal: AbortSignal) => Promise<void>;
  readonly model: () => Promise<Model>;
  readonly chooseModel: (model: Model) => Promise<Model>;
  readonly checkModel: () => Promise<string[]>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const LIST_LIMIT = 200;

export function createLessonsApi(client: Client): LessonsApi {
  const send = async (method: string, path: string, body?: unknown, hooks: SendHooks = {}): Promise<unknown> =>
    await client.request(path, body === undefined ? { method } : { method, headers: JSON_TYPE, body: JSON.stringify(body) }, hooks);
  const sendFile = async (path: string, file: File): Promise<unknown> => {
    const form = new FormData();
    form.append('file', file, file.name);
    return await client.request(path, { method: 'POST', body: form }, {});
  };
  const of = (id: string, rest = ''): string => `/api/lessons/${encodeURIComponent(id)}${rest}`;

  return {
    list: async (q, signal) => {
      const params = new URLSearchParams({ limit: String(LIST_LIMIT), ...(q === '' ? {} : { q }) });
      return readLessonPage(await send('GET', `/api/lessons?${params.toString()}`, undefined, { signal }));
    },
    create: async (content) => readLesson(await send('POST', '/api/lessons', content)),
    load: async (id, signal) => readLesson(await send('GET', of(id), undefined, signal === undefined ? {} : { signal })),
    save: async (id, content, baseVersion, hooks) => readLesson(await send('PUT', of(id), { content, base_version: baseVersion }, hooks)),
    remove: async (id) => {
      try {
        await send('DELETE', of(id));
      } catch (error) {
        // Gone already: that is what was wanted.
        if (!(error instanceof ApiProblem && error.status === 404)) throw error;
      }
    },
    duplicate: async (id) => readLesson(await send('POST', of(id, '/duplicate'))),
    keepDraft: async (id, content, baseVersion, hooks) => { await send('PUT', of(id, '/draft'), { content, base_version: baseVersion }, hooks); },
    dropDraft: async (id) => { await send('DELETE', of(id, '/draft')); },
    versions: async (id) => readVersions(await send('GET', of(id, '/versions'))),
    version: async (id, version) => readVersionContent(await send('GET', of(id, `/versions/${version}`))),
    restore: async (id, version) => readLesson(await send('POST', of(id, `/versions/${version}/restore`))),
    exportFile: async (id, form) => {
      const response = await client.open(of(id, `/export?format=${form}`), {});
      return { name: nameIn(response.headers.get('content-disposition')) ?? `Lesson.${form}`, bytes: new Uint8Array(await response.arrayBuffer()) };
    },
    importFile: async (file) => readLesson(await sendFile('/api/lessons/import', file)),
    addImage: async (file) => readImage(await sendFile('/api/images', file)),
    images: async () => readImages(await send('GET', '/api/images')),
    draft: async (wish) => readNewDraft(await send('POST', '/api/drafts', wish)),
    streamDraft: async (wish, onEvent, signal) => {
      await client.stream('/api/drafts/stream', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(wish), signal }, onEvent);
    },
    model: async () => readModel(await send('GET', '/api/model')),
    chooseModel: async (model) => readModel(await send('PUT', '/api/model', model)),
    checkModel: async () => readModels(await send('POST', '/api/model/check')),
  };
}

/** The name in a Content-Disposition (RFC 5987). */
function nameIn(disposition: string | null): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? '')?.[1];
  try {
    return encoded === undefined ? null : decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
