/** Everything of the page that lives outside React, put together once, and given to the views. */
import { createContext, useContext } from 'react';
import type { ElectronApi } from '../preload/contract';
import { createBackend, type Backend } from './backend/backend';
import { createClient, type FetchLike } from './backend/client';
import { followEvents, type SocketLike } from './backend/events';
import { createDocuments, type Documents } from './library/documents';
import { keepSearchFresh } from './library/follow';
import { createSearch, type Search } from './library/search';
import { createLog, type Log } from './logs/log';
import { createNotices, type Notices } from './ui/notices';
import { createPanels, type Panels } from './panels/panels';

export interface Services {
  readonly electron: ElectronApi;
  readonly backend: Backend;
  readonly documents: Documents;
  readonly search: Search;
  readonly notices: Notices;
  readonly panels: Panels;
  readonly log: Log;
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
  const stops = [
    followEvents(backend, documents.receive, network.openSocket),
    keepSearchFresh(documents, search),
    electron.onNotice(notices.show),
    panels.stop,
    backend.stop,
  ];
  return { electron, backend, documents, search, notices, panels, log, stop: () => stops.forEach((stop) => stop()) };
}

const ServicesContext = createContext<Services | null>(null);
export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices outside of ServicesProvider');
  return services;
}
