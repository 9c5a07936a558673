/** The search: typing, filters, paging, and which answer counts. */
import { createWorld, emptySearch, hit, libraryDocument, noAnswer, settle, type World } from './support';

const found = (q: string, total = 1) => ({ ...emptySearch, total, hits: [hit({ text: q })] });

describe('search', () => {
  let world: World;
  const state = () => world.services.search.state.get();
  const asked = (): (string | null)[] => world.network.of('GET', '/api/standards').map(({ params }) => params.get('q'));
  beforeEach(() => {
    jest.useFakeTimers();
    world = createWorld();
    world.electron.healthy();
    world.network.answer = ({ params }) => [200, found(params.get('q') ?? 'all')];
  });
  afterEach(() => {
    world.services.stop();
    jest.useRealTimers();
  });

  it('asks once the typing rests', async () => {
    for (const q of ['b', 'be', 'bea', 'beat ']) world.services.search.type(q);
    expect(asked()).toEqual([]);
    await jest.advanceTimersByTimeAsync(120);
    expect(asked()).toEqual(['beat']);
    expect(state()).toMatchObject({ answered: { q: 'beat ' }, busy: false, total: 1 });
  });

  it('takes a question back when the next is asked', async () => {
    world.network.answer = () => 'hang';
    world.services.search.choose({ q: 'old' });
    await settle();
    const [old] = world.network.sent;
    world.network.answer = () => [200, found('new')];
    world.services.search.choose({ q: 'new' });
    expect(old?.init.signal?.aborted).toBe(true);
    await settle();
    expect(state().hits).toMatchObject([{ text: 'new' }]);
    expect(state().failed).toBe(false);
  });

  it('leaves out an old answer that comes after the new one', async () => {
    let late = (): void => {};
    world.network.answer = () => new Promise((resolve) => { late = () => resolve([200, found('old')]); });
    world.services.search.choose({ q: 'old' });
    await settle();
    world.network.answer = () => [200, found('new')];
    world.services.search.choose({ q: 'new' });
    await settle();
    late();
    await settle();
    expect(state().hits).toMatchObject([{ text: 'new' }]);
  });

  it('sends the filters, and starts from the first page', async () => {
    world.services.search.choose({ grade: '3', strand: 'CN', kind: 'objective' });
    await settle();
    expect(world.network.sent.at(-1)?.params.toString()).toBe('grade=3&strand=CN&kind=objective&limit=20&offset=0');
  });

  it('adds the next page to what is shown', async () => {
    world.network.answer = () => [200, found('one', 2)];
    world.services.search.choose({ q: 'x' });
    await settle();
    world.network.answer = () => [200, found('two', 2)];
    await world.services.search.more();
    expect(world.network.sent.at(-1)?.params.get('offset')).toBe('1');
    expect(state().hits.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('asks again when the library changes, but not for progress', async () => {
    const say = world.network.socket;
    say.say({ type: 'documents', documents: [libraryDocument({ state: 'importing' })] });
    await settle();
    expect(asked()).toHaveLength(1);
    say.say({ type: 'document', document: libraryDocument({ state: 'importing', page: 9 }) });
    await settle();
    expect(asked()).toHaveLength(1);
    say.say({ type: 'document', document: libraryDocument() });
    await settle();
    expect(asked()).toHaveLength(2);
    say.say({ type: 'removed', id: 'd1' });
    await settle();
    expect(asked()).toHaveLength(3);
  });

  it('keeps the question through a restart and answers it then', async () => {
    world.network.answer = noAnswer;
    world.services.search.choose({ q: 'beat' });
    await settle();
    world.electron.crashed();
    expect(state()).toMatchObject({ busy: true, failed: false, question: { q: 'beat' } });
    world.network.answer = ({ params }) => [200, found(params.get('q') ?? '')];
    world.electron.healthy({ generation: 2 });
    await settle();
    expect(state()).toMatchObject({ busy: false, answered: { q: 'beat' } });
  });

  it('says when it failed, and works again afterwards', async () => {
    world.network.answer = () => [500, { code: 'internal' }];
    world.services.search.choose({ q: 'beat' });
    await settle();
    expect(state()).toMatchObject({ busy: false, failed: true });
    world.network.answer = () => [200, found('beat')];
    world.services.search.refresh();
    await settle();
    expect(state()).toMatchObject({ failed: false, total: 1 });
  });
});
