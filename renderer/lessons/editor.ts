/** One lesson being edited: what the fields show, what of it is kept where, and how it becomes a version. */
import { ApiProblem, isAbort } from '../backend/problem';
import type { Hit } from '../backend/wire';
import { createStore, type Readable } from '../store';
import { lessonStrings as strings } from '../lessonStrings';
import type { LessonsApi } from './api';
import type { UnsentDrafts } from './unsent';
import { isSame, type Content, type Lesson } from './wire';

/** `same`: as saved. `typed`: not kept yet. `waiting`: for the backend. `kept`: as a draft. `failed`: the backend refused it. */
export type Keeping = 'same' | 'typed' | 'keeping' | 'waiting' | 'kept' | 'failed';

export interface EditorState {
  /** The newest version; null until it is loaded. */
  readonly lesson: Lesson | null;
  readonly content: Content;
  readonly keeping: Keeping;
  readonly saving: boolean;
  /** The version that somebody else saved meanwhile. */
  readonly conflict: number | null;
  readonly problem: string | null;
  /** What the linked standards say, by code. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface Editor {
  readonly state: Readable<EditorState>;
  readonly change: (change: Partial<Content>) => void;
  readonly link: (hit: Pick<Hit, 'code' | 'text'>) => void;
  /** True when it became a version (or was one already). */
  readonly save: () => Promise<boolean>;
  /** After a conflict: on top of the other's version, or that version as it is. */
  readonly saveOver: () => Promise<boolean>;
  readonly takeNewest: () => Promise<void>;
  readonly restore: (version: number) => Promise<void>;
  /** Back to what is saved. */
  readonly dropDraft: () => Promise<void>;
  readonly retry: () => void;
  /** Loads the lesson; returns what ends it, which sends what is typed and not kept yet. */
  readonly start: () => () => void;
}

/** Typing that rests this long is sent. */
export const REST_MS = 600;

export function createEditor(id: string, api: LessonsApi, unsent: UnsentDrafts, empty: Content): Editor {
  const state = createStore<EditorState>({
    lesson: null, content: empty, keeping: 'same', saving: false, conflict: null, problem: null, texts: {},
  });
  const patch = (change: Partial<EditorState>): void => state.update((old) => ({ ...old, ...change }));
  let loading = new AbortController();
  let baseVersion = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keeping: Promise<void> | null = null;

  function take(lesson: Lesson): void {
    const texts = Object.fromEntries(lesson.standards.map(({ code, text }) => [code, text]));
    patch({ lesson, problem: null, texts: { ...state.get().texts, ...texts } });
  }
  function show(content: Content, version: number, how: Keeping): void {
    baseVersion = version;
    patch({ content, keeping: how, conflict: null });
  }
  function showSaved(lesson: Lesson): void {
    clearTimeout(timer);
    unsent.clear(id);
    take(lesson);
    show(lesson.content, lesson.version, 'same');
  }

  async function load(): Promise<void> {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    try {
      const lesson = await api.load(id, signal);
      if (signal.aborted) return;
      const typed = unsent.read(id);
      take(lesson);
      if (typed !== null && !isSame(typed.content, lesson.content)) {
        show(typed.content, typed.baseVersion, 'typed');
        void keep();
      } else if (lesson.draft !== null) show(lesson.draft.content, lesson.draft.base_version, 'kept');
      else show(lesson.content, lesson.version, 'same');
    } catch (error) {
      if (!signal.aborted) patch({ problem: problemOf(error, strings.loadFailed) });
    }
  }

  /** Sends what is typed until the backend has the newest of it; one request at a time. */
  function keep(): Promise<void> {
    clearTimeout(timer);
    keeping ??= keepNow().finally(() => { keeping = null; });
    return keeping;
  }
  async function keepNow(): Promise<void> {
    while (state.get().keeping === 'typed') {
      const { content } = state.get();
      patch({ keeping: 'keeping' });
      try {
        await api.keepDraft(id, content, baseVersion, { onWaiting: () => patch({ keeping: state.get().content === content ? 'waiting' : 'typed' }) });
      } catch (error) {
        patch({ keeping: 'failed', problem: problemOf(error, strings.keepFailed) });
        return;
      }
      const now = state.get();
      if (now.content !== content) patch({ keeping: 'typed' });
      else {
        unsent.clear(id);
        patch({ keeping: now.lesson !== null && isSame(content, now.lesson.content) ? 'same' : 'kept' });
      }
    }
  }

  function change(changed: Partial<Content>): void {
    const { conflict, problem, content: before } = state.get();
    const content = { ...before, ...changed };
    unsent.write(id, { content, baseVersion });
    // A conflict stays in sight until it is decided.
    patch({ content, keeping: 'typed', problem: conflict === null ? null : problem });
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), REST_MS);
  }

  async function save(): Promise<boolean> {
    const { content, lesson } = state.get();
    if (lesson === null || state.get().saving) return false;
    if (content.title.trim() === '') {
      patch({ problem: strings.titleNeeded });
      return false;
    }
    clearTimeout(timer);
    patch({ saving: true, problem: null, conflict: null });
    try {
      const saved = await api.save(id, content, baseVersion);
      // Typing goes on while it is saved: then only the base is new.
      if (state.get().content === content) showSaved(saved);
      else {
        take(saved);
        baseVersion = saved.version;
        change({});
      }
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      const newest = error instanceof ApiProblem && error.code === 'lesson-changed' ? error.members['version'] : null;
      patch({ conflict: typeof newest === 'number' ? newest : null, problem: problemOf(error, strings.saveFailed) });
      // It must not be left to the page alone.
      if (state.get().keeping === 'typed') void keep();
      return false;
    } finally {
      patch({ saving: false });
    }
  }

  async function orSay(step: () => Promise<void>, failed: string): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!isAbort(error)) patch({ problem: problemOf(error, failed) });
    }
  }

  return {
    state, change, save,
    link: ({ code, text }) => {
      patch({ texts: { ...state.get().texts, [code]: text } });
      change({ standards: [...state.get().content.standards.filter((each) => each !== code), code] });
    },
    saveOver: async () => {
      const { conflict } = state.get();
      if (conflict !== null) baseVersion = conflict;
      return await save();
    },
    takeNewest: async () => await orSay(async () => {
      await keeping;
      await api.dropDraft(id);
      showSaved(await api.load(id));
    }, strings.loadFailed),
    restore: async (version) => await orSay(async () => {
      await keep();
      const restored = await api.restore(id, version);
      await api.dropDraft(id);
      showSaved(restored);
    }, strings.restoreFailed),
    dropDraft: async () => await orSay(async () => {
      clearTimeout(timer);
      await keeping;
      await api.dropDraft(id);
      showSaved(await api.load(id));
    }, strings.keepFailed),
    retry: () => {
      if (state.get().lesson === null) void load();
      else {
        patch({ keeping: 'typed', problem: null });
        void keep();
      }
    },
    start: () => {
      if (state.get().lesson === null) void load();
      return () => {
        loading.abort();
        // The page's storage holds it until it is there.
        if (state.get().keeping === 'typed') void keep();
      };
    },
  };
}

function problemOf(error: unknown, fallback: string): string {
  return error instanceof ApiProblem && error.detail !== null ? error.detail : fallback;
}
