/** Does the main job unattended (`--self-test`), with the code that the buttons and the search field use. */
import type { BackendStatus, SelfTestOutcome } from '../preload/contract';
import type { LibraryDocument } from './backend/wire';
import { asFiles } from './library/dropped';
import type { Services } from './services';
import { when } from './store';

export async function runSelfTest(services: Services): Promise<void> {
  const job = await services.electron.getSelfTestJob();
  if (job === null) return;
  let imported: SelfTestOutcome['imported'] = null;
  let hits: SelfTestOutcome['hits'] = [];
  let error: string | null = null;
  try {
    await ready(services);
    if (job.file !== null) imported = outcomeOf(await whileAlive(services, (signal) => importFile(services, job.file, signal)));
    const { search } = job;
    if (search !== null) hits = await whileAlive(services, (signal) => findHits(services, search, signal));
  } catch (reason) {
    error = reason instanceof Error ? reason.message : String(reason);
  }
  await services.electron.finishSelfTest({ imported, hits, error });
}

type JobFile = { readonly name: string; readonly bytes: Uint8Array } | null;

async function ready({ backend, documents }: Services): Promise<void> {
  const { status } = await when(backend.view, ({ status }) => status !== null && (status.state === 'healthy' || isOver(status)));
  if (status !== null && isOver(status)) throw new Error(overMessage(status));
  await when(documents.state, ({ loaded }) => loaded);
}

async function importFile(services: Services, file: JobFile, signal: AbortSignal): Promise<LibraryDocument> {
  const { documents } = services;
  // A copy, since what came over the bridge may sit in a shared buffer, which a File refuses.
  const [key] = documents.add(asFiles([new File([new Uint8Array(file?.bytes ?? [])], file?.name ?? '', { type: 'application/pdf' })]));
  if (key === undefined) throw new Error('The import did not start.');
  let settled = await documents.settled(key, signal);
  if ('refusal' in settled && settled.refusal.code === 'already-imported') {
    // What a teacher would press; a second self-test on the same library must work too.
    documents.importAgain(key);
    settled = await documents.settled(key, signal);
  }
  if ('refusal' in settled) throw new Error(settled.refusal.detail);
  if (settled.document.state === 'failed') throw new Error(settled.document.error?.detail ?? 'The import failed.');
  return settled.document;
}

async function findHits({ search }: Services, q: string, signal: AbortSignal): Promise<SelfTestOutcome['hits']> {
  search.type(q);
  const found = await when(search.state, ({ answered, busy, failed }) => !busy && (failed || answered?.q === q), signal);
  if (found.failed) throw new Error(`The search for "${q}" could not be done.`);
  return found.hits.map(({ code, text }) => ({ code, text }));
}

/** Ends the step with the reason when the backend is given up while the step waits for it. */
async function whileAlive<T>({ backend }: Services, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const giveUp = new AbortController();
  const unsubscribe = backend.view.subscribe(() => {
    const { status } = backend.view.get();
    if (status !== null && isOver(status)) giveUp.abort(new Error(overMessage(status)));
  });
  try {
    return await step(giveUp.signal);
  } finally {
    unsubscribe();
  }
}

const isOver = ({ state }: BackendStatus): boolean => state === 'fatal' || state === 'stopped';
const overMessage = ({ text, detail, crash }: BackendStatus): string =>
  [text, detail, crash === null ? null : `Cause: ${crash.cause}.`].filter((part) => part !== null && part !== '').join(' ');

const outcomeOf = ({ name, pages, standards, objectives }: LibraryDocument): SelfTestOutcome['imported'] =>
  ({ name, pages: pages ?? 0, standards, objectives });
