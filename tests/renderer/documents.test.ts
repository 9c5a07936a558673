/** The documents: files on their way in, what stops them, and what a restart of the backend does to them. */
import { asFiles } from '../../renderer/library/dropped';
import { LARGEST_BYTES } from '../../renderer/library/checkFile';
import { pageRanges } from '../../renderer/library/pageRanges';
import { strings } from '../../renderer/strings';
import { createWorld, emptySearch, libraryDocument, noAnswer, pdf, settle, type SentRequest, type World } from './support';

const POST = (request: SentRequest): boolean => request.method === 'POST';

describe('documents', () => {
  let world: World;
  const state = () => world.services.documents.state.get();
  const add = (...files: File[]): string[] => world.services.documents.add(asFiles(files));
  const upload = async (name = 'Standards.pdf') => {
    await jest.advanceTimersByTimeAsync(10);
    return state().uploads.find((each) => each.name === name);
  };
  const onPost = (answer: () => readonly [number, unknown]): void => {
    world.network.answer = (request) => (POST(request) ? answer() : [200, emptySearch]);
  };
  beforeEach(() => {
    jest.useFakeTimers();
    world = createWorld();
    world.electron.healthy();
    world.network.socket.say({ type: 'documents', documents: [] });
  });
  afterEach(() => {
    world.services.stop();
    jest.useRealTimers();
  });

  it('shows an import from the file to its standards', async () => {
    onPost(() => [202, libraryDocument({ state: 'queued', page: 0, pages: null })]);
    const [key] = add(pdf());
    const settled = world.services.documents.settled(key ?? '');
    expect(state().uploads).toMatchObject([{ name: 'Standards.pdf', phase: 'sending' }]);
    await upload();
    expect(state().uploads).toHaveLength(0);
    expect(state().documents).toMatchObject([{ id: 'd1', state: 'queued' }]);
    world.network.socket.say({ type: 'document', document: libraryDocument({ state: 'importing', page: 3 }) });
    expect(state().documents).toMatchObject([{ state: 'importing', page: 3 }]);
    world.network.socket.say({ type: 'document', document: libraryDocument() });
    await expect(settled).resolves.toMatchObject({ document: { standards: 24 } });
    expect(world.services.notices.list.get()).toMatchObject([{ text: 'Added “Standards.pdf”: 24 standards, 118 objectives' }]);
  });

  it('keeps what an event said when the answer to the upload comes after it', async () => {
    onPost(() => {
      world.network.socket.say({ type: 'document', document: libraryDocument({ state: 'importing', page: 5 }) });
      return [202, libraryDocument({ state: 'queued' })];
    });
    add(pdf());
    await upload();
    expect(state().documents).toMatchObject([{ state: 'importing', page: 5 }]);
  });

  const gone = pdf('gone.pdf');
  Object.defineProperty(gone, 'slice', { value: () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }) });
  const huge = pdf('huge.pdf');
  Object.defineProperty(huge, 'size', { value: LARGEST_BYTES + 1 });
  const largeText = new File(['K.CN.1 Sing'], 'large.TXT');
  Object.defineProperty(largeText, 'size', { value: 20 * 1024 * 1024 + 1 });

  it.each([
    ['is not a PDF', new File(['PK docx'], 'plan.docx'), 'not-a-pdf'],
    ['is a text of more than 20 MB', largeText, 'too-large-text'],
    ['is empty', new File([], 'empty.pdf'), 'empty-file'],
    ['is larger than 100 MB', huge, 'too-large'],
    ['was deleted after it was chosen', gone, 'file-gone'],
  ] as const)('refuses a file that %s before sending it', async (_what, file, code) => {
    add(file);
    expect(await upload(file.name)).toMatchObject({ phase: 'refused', refusal: { code, detail: strings.refusals[code] } });
    expect(world.network.of('POST', '/')).toHaveLength(0);
  });

  it('takes a PDF whose header comes after other bytes', async () => {
    onPost(() => [202, libraryDocument()]);
    add(pdf('late.pdf', `${' '.repeat(900)}%PDF-1.4`));
    await upload();
    expect(world.network.of('POST', '/')).toHaveLength(1);
  });

  it('refuses a folder', async () => {
    world.services.documents.add([{ file: new File([], 'My scores'), isFolder: true }]);
    expect(await upload('My scores')).toMatchObject({ refusal: { code: 'folder' } });
  });

  it('offers to import again what is already there, and replaces it then', async () => {
    onPost(() => [409, { code: 'already-imported', detail: 'It is in your library.', document_id: 'd1', document_name: 'Standards.pdf' }]);
    const [key] = add(pdf());
    expect(await upload()).toMatchObject({ refusal: { code: 'already-imported', detail: 'It is in your library.', documentId: 'd1' } });
    onPost(() => [202, libraryDocument({ id: 'd2', state: 'queued' })]);
    world.services.documents.importAgain(key ?? '');
    expect(await upload()).toBeUndefined();
    expect(world.network.of('POST', '/').map(({ params }) => params.get('replace'))).toEqual(['false', 'true']);
  });

  it('keeps a file through a restart and sends it then', async () => {
    world.network.answer = noAnswer;
    add(pdf());
    expect(await upload()).toMatchObject({ phase: 'waiting' });
    world.electron.crashed();
    await jest.advanceTimersByTimeAsync(3000);
    expect(await upload()).toMatchObject({ phase: 'waiting' });
    onPost(() => [202, libraryDocument({ state: 'queued' })]);
    world.electron.healthy({ generation: 2 });
    expect(await upload()).toBeUndefined();
    expect(state().documents).toMatchObject([{ id: 'd1' }]);
  });

  it('does not call it a duplicate when the first send had got through although its answer had not', async () => {
    world.network.answer = noAnswer;
    const [key] = add(pdf());
    await upload();
    onPost(() => [409, { code: 'already-imported', document_id: 'd1', document_name: 'Standards.pdf' }]);
    world.network.socket.say({ type: 'documents', documents: [libraryDocument()] });
    await jest.advanceTimersByTimeAsync(1100);
    expect(state().uploads).toHaveLength(0);
    await expect(world.services.documents.settled(key ?? '')).resolves.toMatchObject({ document: { id: 'd1' } });
  });

  it('sends an import again that a crash interrupted, but not a third time unasked', async () => {
    let id = 0;
    onPost(() => [202, libraryDocument({ id: `d${(id += 1)}`, state: 'importing' })]);
    add(pdf());
    await upload();
    for (const generation of [2, 3]) {
      world.electron.crashed();
      world.electron.healthy({ generation });
      world.network.socket.say({ type: 'documents', documents: [] });
      await upload();
    }
    expect(world.network.of('POST', '/')).toHaveLength(2);
    expect(state().uploads).toMatchObject([{ phase: 'refused', refusal: { code: 'interrupted' } }]);
  });

  it('still replaces when a crash interrupted the import in place of the old one', async () => {
    onPost(() => [409, { code: 'already-imported', document_id: 'd1' }]);
    const [key] = add(pdf());
    await upload();
    onPost(() => [202, libraryDocument({ id: 'd2', state: 'importing' })]);
    world.services.documents.importAgain(key ?? '');
    await upload();
    world.electron.crashed();
    world.electron.healthy({ generation: 2 });
    world.network.socket.say({ type: 'documents', documents: [libraryDocument()] });
    await upload();
    expect(world.network.of('POST', '/').map(({ params }) => params.get('replace'))).toEqual(['false', 'true', 'true']);
  });

  it('keeps the reason of a failed import that the new backend no longer knows', async () => {
    onPost(() => [202, libraryDocument({ state: 'queued' })]);
    add(pdf());
    await upload();
    world.network.socket.say({ type: 'document', document: libraryDocument({ state: 'failed', error: { code: 'encrypted', detail: 'It has a password.' } }) });
    world.electron.crashed();
    world.electron.healthy({ generation: 2 });
    world.network.socket.say({ type: 'documents', documents: [] });
    expect(state().uploads).toMatchObject([{ refusal: { code: 'encrypted', detail: 'It has a password.' } }]);
  });

  it('cancels a file that waits', async () => {
    world.network.answer = noAnswer;
    const [key] = add(pdf());
    await upload();
    world.services.documents.dismiss(key ?? '');
    expect(state().uploads).toHaveLength(0);
    const before = world.network.of('POST', '/').length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(world.network.of('POST', '/')).toHaveLength(before);
  });

  it('removes a document, and says so when it cannot', async () => {
    world.network.socket.say({ type: 'documents', documents: [libraryDocument()] });
    await settle();
    world.network.answer = () => [500, { code: 'internal' }];
    await world.services.documents.remove(libraryDocument());
    expect(state()).toMatchObject({ removing: [], documents: [{ id: 'd1' }] });
    expect(world.services.notices.list.get()).toMatchObject([{ text: strings.removeFailed('Standards.pdf') }]);
    world.network.answer = () => [204, null];
    await world.services.documents.remove(libraryDocument());
    expect(state().documents).toHaveLength(0);
  });

  it('tries a failed import again with the file that it still has', async () => {
    onPost(() => [202, libraryDocument({ state: 'queued' })]);
    add(pdf());
    await upload();
    const failed = libraryDocument({ state: 'failed', error: { code: 'worker-died', detail: 'It stopped.' } });
    world.network.socket.say({ type: 'document', document: failed });
    const retry = world.services.documents.retry(failed);
    await retry?.();
    await upload();
    expect(world.network.of('DELETE', '/api/documents/d1')).toHaveLength(1);
    expect(world.network.of('POST', '/')).toHaveLength(2);
    expect(world.services.documents.retry(libraryDocument({ id: 'elsewhere' }))).toBeNull();
  });
});

describe('pageRanges', () => {
  it.each([[[3], '3'], [[9, 7, 8, 3], '3, 7–9'], [[1, 2], '1–2'], [[], '']] as const)('writes %j as %s', (pages, text) => {
    expect(pageRanges([...pages])).toBe(text);
  });
});
