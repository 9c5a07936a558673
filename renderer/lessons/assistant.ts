/** A first draft for a lesson: from the template at once, or from the model as it writes, until it is done or cancelled. */
import { ApiProblem, isAbort } from '../backend/problem';
import { createStore, type Readable } from '../store';
import { lessonStrings as strings } from '../lessonStrings';
import type { LessonsApi, Wish } from './api';
import { readNewDraft, readProblem, readText, type Content } from './wire';

export interface AssistantState {
  readonly phase: 'idle' | 'writing' | 'done' | 'failed';
  /** What the model has written so far. */
  readonly text: string;
  readonly draft: Content | null;
  readonly problem: { readonly code: string; readonly detail: string } | null;
}
export interface Assistant {
  readonly state: Readable<AssistantState>;
  readonly byTemplate: (wish: Wish) => Promise<void>;
  readonly byModel: (wish: Wish) => Promise<void>;
  /** Ends the model's writing; what it has written stays to be read. */
  readonly cancel: () => void;
  readonly reset: () => void;
}

const IDLE: AssistantState = { phase: 'idle', text: '', draft: null, problem: null };

export function createAssistant(api: LessonsApi): Assistant {
  const state = createStore<AssistantState>(IDLE);
  let running: AbortController | null = null;

  async function run(step: (signal: AbortSignal) => Promise<void>): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    state.set({ ...IDLE, phase: 'writing' });
    try {
      await step(mine.signal);
      if (!mine.signal.aborted && state.get().phase === 'writing') fail('model-cut', strings.cut);
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      if (error instanceof ApiProblem) fail(error.code, error.detail ?? strings.draftFailed);
      else fail('no-answer', strings.cut);
    }
  }
  const fail = (code: string, detail: string): void => state.update((old) => ({ ...old, phase: 'failed', problem: { code, detail } }));

  return {
    state,
    byTemplate: async (wish) => await run(async (signal) => {
      const draft = await api.draft(wish);
      if (!signal.aborted) state.set({ ...IDLE, phase: 'done', draft });
    }),
    byModel: async (wish) => await run(async (signal) => await api.streamDraft(wish, ({ name, data }) => {
      if (signal.aborted) return;
      const value: unknown = JSON.parse(data);
      if (name === 'text') state.update((old) => ({ ...old, text: old.text + readText(value) }));
      if (name === 'draft') state.update((old) => ({ ...old, phase: 'done', draft: readNewDraft(value) }));
      if (name === 'problem') {
        const { code, detail } = readProblem(value);
        fail(code, detail);
      }
    }, signal)),
    cancel: () => {
      running?.abort();
      state.update((old) => ({ ...old, phase: 'idle' }));
    },
    reset: () => {
      running?.abort();
      state.set(IDLE);
    },
  };
}
