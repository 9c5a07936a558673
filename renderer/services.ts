/** Everything of the page that lives outside React, put together once, and given to the views. */
import { createContext, useContext } from 'react';
import type { ElectronApi } from '../preload/contract';
import { createBackend, type Backend } from './backend/backend';
import { createClient, type FetchLike } from './backend/client';
import { followEvents, type SocketLike } from './backend/events';
import { createLessonsApi, type LessonsApi } from './lessons/api';
import { createEditor, type Editor } from './lessons/editor';
import { createLessonList, type LessonList } from './lessons/list';
import { createModelSettings, type ModelSettings } from './lessons/modelSettings';
import { createUnsentDrafts } from './lessons/unsent';
import { EMPTY } from './lessons/wire';
import { createDocuments, type Documents } from './library/documents';
import { keepSearchFresh } from './library/follow';
import { createSearch, type Search } from './library/search';
import { createLog, type Log } from './logs/log';
import { strings } from './strings';
import { createNotices, type Notices } from './ui/notices';
import { createPlaces, type Places } from './place';
import { createPanels, type Panels } from './panels/panels';

export interface Services {
  readonly electron: ElectronApi;
  readonly backend: Backend;
  readonly documents: Documents;
  readonly search: Search;
  readonly notices: Notices;
  readonly panels: Panels;
  readonly log: Log;
  readonly places: Places;
  readonly lessonsApi: LessonsApi;
  readonly lessons: LessonList;
  readonly model: ModelSettings;
  readonly openEditor: (id: string) => Editor;
  /** A search of its own, beside that of the library. */
  readonly createSearch: () => Search;
  readonly stop: () => void;
}

/** The network is swapped in tests only. */
export interface Network {
  readonly fetch?: FetchLike;
  readonly openSocket?: (url: string) => SocketLike;
}

export function createServices(electron: ElectronApi, network: Network = {}): Services {
  const notices = createNotices();
  const backend = createBackend(electron);
  const client = createClient(backend, network.fetch);
  const documents = createDocuments(client, notices);
  const search = createSearch(client);
  const panels = createPanels(electron);
  const log = createLog(electron);
  const places = createPlaces();
  const lessonsApi = createLessonsApi(client);
  const unsent = createUnsentDrafts();
  const stops = [
    followEvents(backend, documents.receive, network.openSocket),
    keepSearchFresh(documents, search),
    electron.onNotice(notices.show),
    electron.onLogTrouble(({ code, dropped }) => { if (code !== null) notices.show(strings.logs.trouble(code, dropped)); }),
    panels.stop,
    places.stop,
    backend.stop,
  ];
  return {
    electron, backend, documents, search, notices, panels, log, places, lessonsApi,
    lessons: createLessonList(lessonsApi, notices),
    model: createModelSettings(lessonsApi, electron),
    openEditor: (id) => createEditor(id, lessonsApi, unsent, EMPTY),
    createSearch: () => createSearch(client),
    stop: () => stops.forEach((stop) => stop()),
  };
}

const ServicesContext = createContext<Services | null>(null);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices outside of ServicesProvider');
  return services;
}
