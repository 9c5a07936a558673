/** The lessons of the library: found by words, made, copied, taken from files, removed. */
import { ApiProblem, isAbort } from '../backend/problem';
import { createStore, type Readable } from '../store';
import { lessonStrings as strings } from '../lessonStrings';
import type { Notices } from '../ui/notices';
import type { LessonsApi } from './api';
import { EMPTY, type Lesson, type ListedLesson } from './wire';

export interface LessonListState {
  readonly q: string;
  readonly lessons: readonly ListedLesson[];
  readonly total: number;
  /** False until the backend has answered for the first time. */
  readonly loaded: boolean;
  readonly failed: boolean;
}
export interface LessonList {
  readonly state: Readable<LessonListState>;
  readonly type: (q: string) => void;
  readonly refresh: () => void;
  /** The new lesson's id; null where it could not be made, which is said in a notice. */
  readonly create: () => Promise<string | null>;
  readonly importFile: (file: File) => Promise<string | null>;
  readonly duplicate: (lesson: ListedLesson) => Promise<string | null>;
  readonly remove: (lesson: ListedLesson) => Promise<void>;
}

const REST_MS = 120;

export function createLessonList(api: LessonsApi, notices: Notices): LessonList {
  const state = createStore<LessonListState>({ q: '', lessons: [], total: 0, loaded: false, failed: false });
  const patch = (change: Partial<LessonListState>): void => state.update((old) => ({ ...old, ...change }));
  let running: AbortController | null = null;
  let rest: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    clearTimeout(rest);
    running?.abort();
    const mine = new AbortController();
    running = mine;
    try {
      const page = await api.list(state.get().q.trim(), mine.signal);
      if (!mine.signal.aborted) patch({ ...page, loaded: true, failed: false });
    } catch (error) {
      if (!mine.signal.aborted && !isAbort(error)) patch({ failed: true });
    }
  }

  async function make(step: () => Promise<Lesson>, failed: string): Promise<string | null> {
    try {
      const { id } = await step();
      void ask();
      return id;
    } catch (error) {
      notices.show(error instanceof ApiProblem && error.detail !== null ? error.detail : failed);
      return null;
    }
  }

  return {
    state,
    type: (q) => {
      patch({ q });
      clearTimeout(rest);
      rest = setTimeout(() => void ask(), REST_MS);
    },
    refresh: () => void ask(),
    create: async () => await make(async () => await api.create({ ...EMPTY, title: strings.untitled }), strings.createFailed),
    importFile: async (file) => await make(async () => await api.importFile(file), strings.importFailed),
    duplicate: async ({ id }) => await make(async () => await api.duplicate(id), strings.duplicateFailed),
    remove: async (lesson) => {
      try {
        await api.remove(lesson.id);
        const { lessons, total } = state.get();
        patch({ lessons: lessons.filter(({ id }) => id !== lesson.id), total: total - 1 });
        notices.show(strings.removed(lesson.title));
      } catch {
        notices.show(strings.removeFailed(lesson.title));
      }
    },
  };
}
