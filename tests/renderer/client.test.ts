/** The client: what it sends, what it sends again, and what it makes of refusals. */
import { createBackend } from '../../renderer/backend/backend';
import { createClient, type Client } from '../../renderer/backend/client';
import { ApiProblem, NetworkFailure, UnexpectedAnswer } from '../../renderer/backend/problem';
import { FakeElectron, FakeNetwork, answered, emptySearch, libraryDocument, noAnswer, pdf, settle } from './support';

const QUESTION = { q: 'beat', grade: '', strand: '', kind: '', limit: 20, offset: 0 };

describe('client', () => {
  let electron: FakeElectron;
  let network: FakeNetwork;
  let client: Client;
  beforeEach(() => {
    jest.useFakeTimers();
    electron = new FakeElectron();
    network = new FakeNetwork();
    client = createClient(createBackend(electron), network.fetch);
  });
  afterEach(() => jest.useRealTimers());

  it('sends to the URL that the main process gives, without the filters that are not set', async () => {
    electron.healthy();
    await client.search(QUESTION, new AbortController().signal);
    expect(network.sent[0]?.path).toBe('/api/standards');
    expect(network.sent[0]?.params.toString()).toBe('q=beat&limit=20&offset=0');
  });

  it('waits for the backend before it sends', async () => {
    const onWaiting = jest.fn();
    network.answer = () => [202, libraryDocument()];
    const done = client.importDocument(pdf(), false, { onWaiting });
    await settle();
    expect(network.sent).toHaveLength(0);
    expect(onWaiting).toHaveBeenCalled();
    electron.healthy();
    await expect(done).resolves.toMatchObject({ id: 'd1' });
  });

  it('keeps a request that was not answered, has the backend looked at, and sends it again after the restart', async () => {
    electron.healthy();
    network.answer = noAnswer;
    const done = client.importDocument(pdf(), false, {});
    await settle();
    expect(electron.commands).toEqual(['PROBE_NOW']);
    electron.crashed();
    await jest.advanceTimersByTimeAsync(5000);
    expect(network.of('POST', '/api/documents')).toHaveLength(1);
    network.answer = () => [202, libraryDocument()];
    electron.healthy({ generation: 2 });
    await expect(done).resolves.toMatchObject({ id: 'd1' });
    expect(network.of('POST', '/api/documents')).toHaveLength(2);
  });

  it('keeps it even through a failed page and RETRY', async () => {
    electron.healthy();
    network.answer = noAnswer;
    const done = client.search(QUESTION, new AbortController().signal);
    await settle();
    electron.emit({ state: 'fatal', url: null, reason: 'crash-budget' });
    await jest.advanceTimersByTimeAsync(60_000);
    network.answer = () => [200, emptySearch];
    electron.healthy({ generation: 4 });
    await expect(done).resolves.toMatchObject({ total: 0 });
  });

  it('says so when a backend that is said to be healthy never answers', async () => {
    electron.healthy();
    network.answer = noAnswer;
    const done = client.search(QUESTION, new AbortController().signal);
    const failure = done.catch((reason: unknown) => reason);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await failure).toBeInstanceOf(NetworkFailure);
    expect(network.sent).toHaveLength(5);
  });

  it('asks for a look when an answer takes longer than a second, at most once a second', async () => {
    electron.healthy();
    network.answer = () => 'hang';
    void client.search(QUESTION, new AbortController().signal);
    void client.search(QUESTION, new AbortController().signal);
    await jest.advanceTimersByTimeAsync(1500);
    expect(electron.commands).toEqual(['PROBE_NOW']);
  });

  it('turns a problem+json answer into an error with its evidence, and does not repeat it', async () => {
    electron.healthy();
    network.answer = () => [409, { code: 'already-imported', detail: 'It is there.', document_id: 'd7' }];
    const error: unknown = await client.importDocument(pdf(), false, {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 409, code: 'already-imported', detail: 'It is there.', members: { document_id: 'd7' } });
    expect(network.sent).toHaveLength(1);
  });

  it('takes an answer that is not the contract\'s for an error', async () => {
    electron.healthy();
    network.answer = () => [200, { total: 'many' }];
    await expect(client.search(QUESTION, new AbortController().signal)).rejects.toThrow('Invalid type: Expected number');
    network.fetch = async () => ({ ...answered(200, null), text: async () => '<html>' });
    const other = createClient(createBackend(electron), network.fetch);
    await expect(other.search(QUESTION, new AbortController().signal)).rejects.toThrow(UnexpectedAnswer);
  });

  it('sends a 503 again: that backend is on its way out', async () => {
    electron.healthy();
    let answers = 0;
    network.answer = () => ((answers += 1) === 1 ? [503, { code: 'stopping' }] : [200, emptySearch]);
    const done = client.search(QUESTION, new AbortController().signal);
    await jest.advanceTimersByTimeAsync(1000);
    await expect(done).resolves.toMatchObject({ total: 0 });
  });

  it('takes a document that is gone already for removed', async () => {
    electron.healthy();
    network.answer = () => [404, { code: 'not-found' }];
    await expect(client.removeDocument('d/1')).resolves.toBeUndefined();
    expect(network.sent[0]?.path).toBe('/api/documents/d%2F1');
  });
});
