/** The language model that is set up: address and name are the backend's to keep, the key is the main process's. */
import type { ElectronApi, SecretKept } from '../../preload/contract';
import { ApiProblem } from '../backend/problem';
import { createStore, type Readable } from '../store';
import { lessonStrings as strings } from '../lessonStrings';
import type { LessonsApi } from './api';
import type { Model } from './wire';

export interface ModelState {
  /** Null until it is known. */
  readonly model: Model | null;
  readonly key: SecretKept;
  readonly busy: boolean;
  /** What the server offers, after a check that went well. */
  readonly offered: readonly string[] | null;
  readonly problem: string | null;
}
export interface ModelSettings {
  readonly state: Readable<ModelState>;
  readonly load: () => Promise<void>;
  /** `key` "" leaves the one that is kept. A key belongs to an address: for another one it has to be given again. */
  readonly save: (model: Model, key: string) => Promise<void>;
  readonly check: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export const KEY_NAME = 'model-key';

export function createModelSettings(api: LessonsApi, electron: Pick<ElectronApi, 'secretState' | 'keepSecret' | 'forgetSecret'>): ModelSettings {
  const state = createStore<ModelState>({ model: null, key: 'not-kept', busy: false, offered: null, problem: null });
  const patch = (change: Partial<ModelState>): void => state.update((old) => ({ ...old, ...change }));

  async function doing(step: () => Promise<Partial<ModelState>>): Promise<void> {
    patch({ busy: true, problem: null, offered: null });
    try {
      patch({ ...await step(), busy: false });
    } catch (error) {
      patch({ busy: false, problem: error instanceof ApiProblem && error.detail !== null ? error.detail : strings.settingsFailed });
    }
  }

  return {
    state,
    load: async () => await doing(async () => ({ model: await api.model(), key: await electron.secretState(KEY_NAME) })),
    save: async (given, key) => await doing(async () => {
      const before = state.get().model;
      const model = await api.chooseModel(given);
      if (key !== '') return { model, key: await electron.keepSecret(KEY_NAME, `${originOf(model.base_url)} ${key}`) };
      // A key that is not for this address would only look as if there was one.
      const isForIt = before !== null && originOf(before.base_url) === originOf(model.base_url);
      return { model, key: isForIt ? state.get().key : await electron.forgetSecret(KEY_NAME) };
    }),
    check: async () => await doing(async () => ({ offered: await api.checkModel() })),
    remove: async () => await doing(async () => {
      await electron.forgetSecret(KEY_NAME);
      return { model: await api.chooseModel({ base_url: '', name: '' }), key: 'not-kept' };
    }),
  };
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    return '';
  }
}
