/** The self-test: the page does the main job by itself and reports it. */
import { runSelfTest } from '../../renderer/selfTest';
import { createWorld, emptySearch, hit, libraryDocument, type World } from './support';

const BYTES = Uint8Array.from('%PDF-1.7 tables', (character) => character.charCodeAt(0));

describe('self-test', () => {
  let world: World;
  const run = async (): Promise<unknown> => {
    const done = runSelfTest(world.services);
    await jest.advanceTimersByTimeAsync(1000);
    await done;
    return world.electron.outcomes[0];
  };
  const begin = (): void => {
    world.electron.healthy();
    world.network.socket.say({ type: 'documents', documents: [] });
  };
  /** Takes every upload and imports it at once, as `result` says. */
  const importing = (result: Parameters<typeof libraryDocument>[0]): void => {
    world.network.answer = ({ method, params }) => {
      if (method !== 'POST') return [200, { ...emptySearch, total: 1, hits: [hit({ text: `found ${params.get('q') ?? ''}` })] }];
      setTimeout(() => world.network.socket.say({ type: 'document', document: libraryDocument(result) }), 50);
      return [202, libraryDocument({ state: 'queued' })];
    };
  };
  beforeEach(() => {
    jest.useFakeTimers();
    world = createWorld();
    world.electron.job = { file: { name: 'Standards.pdf', bytes: BYTES }, search: 'beat' };
  });
  afterEach(() => {
    world.services.stop();
    jest.useRealTimers();
  });

  it('does nothing without a job', async () => {
    world.electron.job = null;
    await expect(run()).resolves.toBeUndefined();
  });

  it('imports the file, searches, and reports both', async () => {
    begin();
    importing({});
    await expect(run()).resolves.toEqual({
      imported: { name: 'Standards.pdf', pages: 12, standards: 24, objectives: 118 },
      hits: [{ code: 'K.CN.1.1', text: 'found beat' }],
      error: null,
    });
    expect(world.services.search.state.get().question.q).toBe('beat');
  });

  it('waits until the backend is ready', async () => {
    importing({});
    setTimeout(begin, 500);
    await expect(run()).resolves.toMatchObject({ error: null, imported: { standards: 24 } });
  });

  it('imports again what is already there', async () => {
    begin();
    importing({});
    const { answer } = world.network;
    world.network.answer = (request) =>
      (request.params.get('replace') === 'false' ? [409, { code: 'already-imported', document_id: 'd0' }] : answer(request));
    await expect(run()).resolves.toMatchObject({ error: null, imported: { standards: 24 } });
  });

  it('reports a failed import in a sentence', async () => {
    begin();
    importing({ state: 'failed', error: { code: 'encrypted', detail: 'This PDF has a password.' } });
    await expect(run()).resolves.toEqual({ imported: null, hits: [], error: 'This PDF has a password.' });
  });

  it('reports a file that is refused', async () => {
    begin();
    world.electron.job = { file: { name: 'empty.pdf', bytes: new Uint8Array() }, search: null };
    await expect(run()).resolves.toMatchObject({ error: 'This file is empty (0 bytes). Download or export it again, then add it.' });
  });

  it('reports a search that could not be done', async () => {
    begin();
    world.electron.job = { file: null, search: 'beat' };
    world.network.answer = () => [500, { code: 'internal' }];
    await expect(run()).resolves.toMatchObject({ error: 'The search for "beat" could not be done.' });
  });

  it('reports a backend that was given up, before and during the job', async () => {
    const fatal = { state: 'fatal', url: null, reason: 'no-ports', text: 'Unable to start backend. No available ports.' } as const;
    world.electron.emit(fatal);
    await expect(run()).resolves.toMatchObject({ error: 'Unable to start backend. No available ports.' });
    world = createWorld();
    world.electron.job = { file: { name: 'Standards.pdf', bytes: BYTES }, search: null };
    begin();
    world.network.answer = () => 'hang';
    setTimeout(() => world.electron.emit({ ...fatal, text: 'Given up.' }), 300);
    await expect(run()).resolves.toMatchObject({ error: 'Given up.' });
  });
});
