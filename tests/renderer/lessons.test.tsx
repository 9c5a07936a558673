/** Lessons as a teacher sees them: the list, the editor that loses nothing, drafts, exports, and the model's settings. */
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { App } from '../../renderer/app';
import { lessonStrings as strings } from '../../renderer/lessonStrings';
import { REST_MS } from '../../renderer/lessons/editor';
import { EMPTY, type Content, type Lesson } from '../../renderer/lessons/wire';
import { ServicesProvider } from '../../renderer/services';
import { createWorld, emptySearch, hit, noAnswer, Pieces, type SentRequest, type World } from './support';

const CONTENT: Content = { ...EMPTY, title: 'Steady beat', grade: 'K', standards: ['K.CN.1'], activities: [{ title: 'Warm-up', minutes: 5, text: 'Clap.' }], notes: 'Drums.' };
const lesson = (change: Partial<Lesson> = {}): Lesson => ({
  id: 'l1', version: 3, content: CONTENT, standards: [{ code: 'K.CN.1', text: 'Sing songs.', grade: 'K', strand: 'CN', known: true }],
  minutes: 5, created_at: '2026-11-20T10:00:00Z', updated_at: '2026-11-21T10:00:00Z', draft: null, ...change,
});
const listed = { id: 'l1', title: 'Steady beat', grade: 'K', minutes: 5, standards: ['K.CN.1'], version: 3, has_draft: true, updated_at: '2026-11-21T10:00:00Z' };

let world: World;
let saved: Lesson;
type Answered = ReturnType<World['network']['answer']>;
/** Answers that a test puts in front of the usual ones; undefined leaves it to those. */
let special: (request: SentRequest) => Answered | undefined;
const pass = (ms: number): Promise<void> => act(() => jest.advanceTimersByTimeAsync(ms));
const press = (name: string | RegExp): void => { fireEvent.click(screen.getByRole('button', { name })); };
const type = (label: string, value: string): void => { fireEvent.change(screen.getByLabelText(label), { target: { value } }); };
const bodyOf = (init: RequestInit | undefined): unknown => JSON.parse(typeof init?.body === 'string' ? init.body : 'null');
const field = (label: string): string => screen.getByLabelText<HTMLInputElement>(label).value;

function usual({ method, path, init }: SentRequest): Answered {
  if (path === '/api/lessons' && method === 'GET') return [200, { lessons: [listed], total: 1 }];
  if (path === '/api/lessons/l1/draft') return method === 'PUT' ? [200, { saved_at: '' }] : [204, null];
  if (path === '/api/lessons/l1/versions') return [200, { versions: [{ version: 3, saved_at: '2026-11-21T10:00:00Z', title: 'Steady beat' }, { version: 1, saved_at: '2026-11-20T10:00:00Z', title: 'First' }] }];
  if (path === '/api/lessons/l1' && method === 'PUT') {
    const { content } = bodyOf(init) as { content: Content };
    saved = lesson({ version: saved.version + 1, content });
    return [200, saved];
  }
  if (path.startsWith('/api/lessons')) return [method === 'POST' ? 201 : 200, saved];
  if (path === '/api/model') return [200, method === 'PUT' ? bodyOf(init) : { base_url: '', name: '' }];
  return [200, emptySearch];
}
async function start(hash: string): Promise<void> {
  window.history.replaceState(null, '', hash);
  world = createWorld();
  world.network.answer = (request) => special(request) ?? usual(request);
  render(<ServicesProvider value={world.services}><App /></ServicesProvider>);
  act(() => world.electron.healthy());
  act(() => world.network.socket.say({ type: 'documents', documents: [] }));
  await pass(10);
}
const close = (): void => {
  cleanup();
  world.services.stop();
};

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  saved = lesson();
  special = () => undefined;
});
afterEach(() => {
  close();
  jest.useRealTimers();
});

describe('places', () => {
  it('goes to lessons and back, and the page says where one is', async () => {
    await start('#/');
    press('Lessons');
    await pass(10);
    expect(screen.getByRole('button', { name: 'Lessons' }).getAttribute('aria-current')).toBe('page');
    expect(screen.getByRole('list', { name: 'Lessons' })).toBeTruthy();
    expect(window.location.hash).toBe('#/lessons');
    press('Library');
    expect(window.location.hash).toBe('#/');
  });

  it('comes back to the lesson that was open when the page is loaded again', async () => {
    await start('#/lessons/l1');
    expect(field('Title')).toBe('Steady beat');
    expect(within(screen.getByRole('region', { name: strings.standards })).getByText('Sing songs.')).toBeTruthy();
  });
});

describe('list', () => {
  it('says what there is of each lesson, and finds by words', async () => {
    await start('#/lessons');
    const row = within(screen.getByRole('list', { name: 'Lessons' })).getByRole('listitem').textContent;
    expect(row).toContain('Steady beat');
    expect(row).toContain('Grade K · 5 minutes · 1 standard · Changed Nov 21, 2026');
    expect(row).toContain(strings.hasDraft);
    type(strings.searchLessons, 'beat ');
    await pass(200);
    expect(world.network.of('GET', '/api/lessons').at(-1)?.params.get('q')).toBe('beat');
  });

  it('makes a lesson and opens it with its title selected', async () => {
    saved = lesson({ content: { ...EMPTY, title: strings.untitled } });
    await start('#/lessons');
    press(strings.newLesson);
    await pass(10);
    expect(window.location.hash).toBe('#/lessons/l1');
    expect(document.activeElement).toBe(screen.getByLabelText('Title'));
  });

  it('asks before it deletes, and says that it did', async () => {
    await start('#/lessons');
    press('Delete Steady beat');
    press('Keep');
    expect(world.network.of('DELETE', '/api/lessons')).toHaveLength(0);
    press('Delete Steady beat');
    press('Remove');
    await pass(10);
    expect(world.network.of('DELETE', '/api/lessons/l1')).toHaveLength(1);
    expect(screen.getByText(strings.removed('Steady beat'))).toBeTruthy();
    expect(screen.getByRole('heading', { name: strings.emptyTitle })).toBeTruthy();
  });

  it('says why a file is no lesson', async () => {
    special = ({ path }) => (path === '/api/lessons/import' ? [415, { code: 'not-a-lesson', detail: 'This file is not a lesson.' }] : undefined);
    await start('#/lessons');
    fireEvent.change(screen.getByLabelText(strings.importFile), { target: { files: [new File(['x'], 'x.json')] } });
    await pass(10);
    expect(screen.getByText('This file is not a lesson.')).toBeTruthy();
  });
});

describe('editor', () => {
  it('keeps a draft when typing rests, once for many letters, and says so', async () => {
    await start('#/lessons/l1');
    expect(screen.getByText(strings.keeping.same)).toBeTruthy();
    for (const text of ['D', 'Dr', 'Dru']) type('Notes', text);
    expect(screen.getByText(strings.keeping.typed)).toBeTruthy();
    await pass(REST_MS);
    const sent = world.network.of('PUT', '/api/lessons/l1/draft');
    expect(sent).toHaveLength(1);
    expect(bodyOf(sent[0]?.init)).toEqual({ content: { ...CONTENT, notes: 'Dru' }, base_version: 3 });
    expect(screen.getByText(strings.keeping.kept)).toBeTruthy();
    expect(localStorage).toHaveLength(0);
  });

  it('sends what was typed while a draft was on its way', async () => {
    const answers: (() => void)[] = [];
    special = ({ path }) => (path.endsWith('/draft') ? new Promise((resolve) => { answers.push(() => resolve([200, { saved_at: '' }])); }) : undefined);
    await start('#/lessons/l1');
    type('Notes', 'one');
    await pass(REST_MS);
    type('Notes', 'two');
    await pass(REST_MS);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await pass(10);
    expect(bodyOf(world.network.of('PUT', '/api/lessons/l1/draft')[1]?.init)).toMatchObject({ content: { notes: 'two' } });
    answers[1]?.();
    await pass(10);
    expect(screen.getByText(strings.keeping.kept)).toBeTruthy();
  });

  it('holds what was typed while the backend is away, and over a reload of the page', async () => {
    special = ({ path }) => (path.endsWith('/draft') ? noAnswer() : undefined);
    await start('#/lessons/l1');
    type('Notes', 'precious');
    act(() => world.electron.crashed());
    await pass(REST_MS);
    expect(screen.getByText(strings.keeping.waiting)).toBeTruthy();
    close();
    special = () => undefined;
    await start('#/lessons/l1');
    expect(field('Notes')).toBe('precious');
    await pass(10);
    expect(bodyOf(world.network.of('PUT', '/api/lessons/l1/draft')[0]?.init)).toMatchObject({ content: { notes: 'precious' }, base_version: 3 });
    expect(localStorage).toHaveLength(0);
  });

  it('sends what was typed when one leaves before it rests', async () => {
    await start('#/lessons/l1');
    type('Notes', 'quick');
    press(strings.back);
    await pass(10);
    expect(bodyOf(world.network.of('PUT', '/api/lessons/l1/draft')[0]?.init)).toMatchObject({ content: { notes: 'quick' } });
  });

  it('shows the draft that was kept, and discards it', async () => {
    saved = lesson({ draft: { content: { ...CONTENT, notes: 'from before' }, base_version: 3, saved_at: '' } });
    await start('#/lessons/l1');
    expect(field('Notes')).toBe('from before');
    saved = lesson();
    press(strings.dropDraft);
    await pass(10);
    expect(world.network.of('DELETE', '/api/lessons/l1/draft')).toHaveLength(1);
    expect(field('Notes')).toBe('Drums.');
  });

  it('saves a version by button and by Ctrl+S, but not without a title', async () => {
    await start('#/lessons/l1');
    type('Title', ' ');
    press(strings.save);
    await pass(10);
    expect(screen.getByRole('alert').textContent).toContain(strings.titleNeeded);
    expect(document.activeElement).toBe(screen.getByLabelText('Title'));
    type('Title', 'Beat');
    fireEvent.keyDown(window, { key: 's', ctrlKey: true });
    await pass(10);
    expect(bodyOf(world.network.of('PUT', '/api/lessons/l1').find(({ path }) => path === '/api/lessons/l1')?.init)).toMatchObject({ content: { title: 'Beat' }, base_version: 3 });
    expect(screen.getByText(strings.keeping.same)).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('lets the teacher choose when somebody else has saved meanwhile', async () => {
    special = ({ method, path, init }) => (method === 'PUT' && path === '/api/lessons/l1' && (bodyOf(init) as { base_version: number }).base_version === 3
      ? [409, { code: 'lesson-changed', detail: 'This lesson was saved elsewhere meanwhile.', version: 5 }] : undefined);
    await start('#/lessons/l1');
    type('Notes', 'mine');
    press(strings.save);
    await pass(10);
    expect(screen.getByRole('alert').textContent).toContain('This lesson was saved elsewhere meanwhile.');
    expect(field('Notes')).toBe('mine');
    expect(world.network.of('PUT', '/api/lessons/l1/draft')).toHaveLength(1);
    press(strings.saveOver);
    await pass(10);
    expect(bodyOf(world.network.of('PUT', '/api/lessons/l1').at(-1)?.init)).toMatchObject({ content: { notes: 'mine' }, base_version: 5 });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('links standards from the search, and takes them out', async () => {
    special = ({ path }) => (path === '/api/standards' ? [200, { ...emptySearch, total: 1, hits: [hit({ code: 'K.PR.2', text: 'Play.' })] }] : undefined);
    await start('#/lessons/l1');
    press(strings.addStandards);
    await pass(10);
    press('Link K.PR.2');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Linked: K.PR.2' }).disabled).toBe(true);
    press('Remove K.CN.1');
    await pass(REST_MS);
    expect(bodyOf(world.network.of('PUT', '/api/lessons/l1/draft')[0]?.init)).toMatchObject({ content: { standards: ['K.PR.2'] } });
  });

  it('adds, fills, moves and removes activities, and sums their minutes', async () => {
    await start('#/lessons/l1');
    press(strings.addActivity);
    expect(document.activeElement).toBe(screen.getByLabelText('Title of activity 2'));
    type('Title of activity 2', 'Song');
    type('Minutes of activity 2', '20');
    expect(screen.getByText(strings.total(25))).toBeTruthy();
    press('Move Activity 2 up');
    expect(field('Title of activity 1')).toBe('Song');
    press('Remove Activity 2');
    expect(screen.getByText(strings.total(20))).toBeTruthy();
  });

  it('restores a version', async () => {
    await start('#/lessons/l1');
    press(strings.versions);
    await pass(10);
    saved = lesson({ version: 4, content: { ...CONTENT, title: 'First' } });
    press('Restore version 1');
    await pass(10);
    expect(world.network.of('POST', '/api/lessons/l1/versions/1/restore')).toHaveLength(1);
    expect(field('Title')).toBe('First');
  });

  it('says that a lesson is gone', async () => {
    special = ({ path }) => (path === '/api/lessons/l1' ? [404, { code: 'not-found', detail: 'This lesson is not in the library any more.' }] : undefined);
    await start('#/lessons/l1');
    expect(screen.getByRole('alert').textContent).toContain('not in the library any more');
    expect(screen.getByRole('button', { name: strings.back })).toBeTruthy();
  });
});

describe('files', () => {
  it('saves first, then hands the file to the person', async () => {
    await start('#/lessons/l1');
    type('Notes', 'new');
    type(strings.export, 'docx');
    await pass(10);
    expect(world.network.sent.map(({ method, path }) => `${method} ${path}`).slice(-2)).toEqual(['PUT /api/lessons/l1', 'GET /api/lessons/l1/export']);
    expect(world.electron.savedFiles[0]?.name).toBe('Lesson.docx');
    expect(screen.getByText(strings.exported('Saved.docx'))).toBeTruthy();
  });

  it('says why a file could not be written, and nothing when the person cancels', async () => {
    await start('#/lessons/l1');
    world.electron.saving = { state: 'cancelled' };
    type(strings.export, 'pdf');
    await pass(10);
    world.electron.saving = { state: 'failed', message: 'The disk is full.' };
    type(strings.export, 'pdf');
    await pass(10);
    expect(screen.getByText('The disk is full.')).toBeTruthy();
    expect(screen.queryByText(/^Saved “/)).toBeNull();
  });
});

describe('draft', () => {
  const made: Content = { ...CONTENT, title: 'Drafted', overview: 'An overview', activities: [{ title: 'Echo', minutes: 30, text: '' }] };
  const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const withModel = ({ path, method }: SentRequest): Answered | undefined => (path === '/api/model' && method === 'GET' ? [200, { base_url: 'http://localhost:1/v1', name: 'tiny' }] : undefined);

  it('takes the template, with the title and the images that were there', async () => {
    special = ({ path }) => (path === '/api/drafts' ? [200, { content: made }] : undefined);
    saved = lesson({ content: { ...CONTENT, images: ['0'.repeat(32)] } });
    await start('#/lessons/l1');
    press(strings.draft);
    await pass(10);
    type(strings.draftMinutes, '30');
    press(strings.byTemplate);
    await pass(10);
    expect(bodyOf(world.network.of('POST', '/api/drafts')[0]?.init)).toEqual({ standards: ['K.CN.1'], grade: 'K', minutes: 30, wishes: '' });
    press(strings.takeDraft);
    expect(field('Overview')).toBe('An overview');
    expect(field('Title')).toBe('Steady beat');
    expect(screen.getByRole('img', { name: 'Image 1' })).toBeTruthy();
  });

  it('shows what the model writes, and takes its draft', async () => {
    special = (request) => (request.path === '/api/drafts/stream' ? [200, new Pieces([event('begin', {}), event('text', { text: '# Dra' }), event('text', { text: 'fted' }), event('draft', { content: made })])] : withModel(request));
    await start('#/lessons/l1');
    press(strings.draft);
    await pass(10);
    press(strings.byModel);
    await pass(10);
    expect(screen.getByRole('region', { name: strings.draftText }).textContent).toBe('# Drafted');
    press(strings.takeDraft);
    expect(field('Overview')).toBe('An overview');
  });

  it('cancels: the request ends, and what was written stays to be read', async () => {
    special = (request) => (request.path === '/api/drafts/stream' ? [200, new Pieces([event('text', { text: 'Half' })], true)] : withModel(request));
    await start('#/lessons/l1');
    press(strings.draft);
    await pass(10);
    press(strings.byModel);
    await pass(10);
    press(strings.cancel);
    await pass(10);
    expect(world.network.of('POST', '/api/drafts/stream')[0]?.init.signal?.aborted).toBe(true);
    expect(screen.getByRole('region', { name: strings.draftText }).textContent).toBe('Half');
    expect(screen.queryByRole('button', { name: strings.takeDraft })).toBeNull();
  });

  it.each<[string, Answered, string]>([
    ['a problem in the stream', [200, new Pieces([event('problem', { code: 'model-key', detail: 'The language model refused the key.' })])], 'The language model refused the key.'],
    ['a problem before it', [409, { code: 'no-model', detail: 'No language model is set up.' }], 'No language model is set up.'],
    ['an end in the middle', [200, new Pieces([event('text', { text: 'Ha' })])], strings.cut],
  ])('%s is said', async (_what, answer, said) => {
    special = (request) => (request.path === '/api/drafts/stream' ? answer : withModel(request));
    await start('#/lessons/l1');
    press(strings.draft);
    await pass(10);
    press(strings.byModel);
    await pass(10);
    expect(screen.getByRole('alert').textContent).toBe(said);
  });
});

describe('settings', () => {
  it('gives the key to the main process, bound to its address, and keeps nothing of it in the page', async () => {
    await start('#/settings');
    type(strings.address, 'http://localhost:11434/v1');
    type(strings.modelName, 'tiny');
    const key = screen.getByLabelText<HTMLInputElement>(strings.key);
    key.value = ' sk-canary ';
    press(strings.saveSettings);
    expect(key.value).toBe('');
    await pass(10);
    expect(world.electron.secrets.get('model-key')).toBe('http://localhost:11434 sk-canary');
    expect(screen.getByText(/A key is kept until you close PocketMusec/)).toBeTruthy();
    expect(document.documentElement.innerHTML).not.toContain('sk-canary');
    expect(JSON.stringify(world.network.sent)).not.toContain('sk-canary');
  });

  it('forgets the key when the address changes, and keeps it when only the model does', async () => {
    special = ({ path, method }) => (path === '/api/model' && method === 'GET' ? [200, { base_url: 'http://localhost:1/v1', name: 'tiny' }] : undefined);
    await start('#/settings');
    world.electron.secrets.set('model-key', 'kept');
    type(strings.modelName, 'large');
    press(strings.saveSettings);
    await pass(10);
    expect(world.electron.secrets.get('model-key')).toBe('kept');
    type(strings.address, 'http://localhost:2/v1');
    press(strings.saveSettings);
    await pass(10);
    expect(world.electron.secrets.has('model-key')).toBe(false);
  });

  it('checks, and says what is wrong', async () => {
    special = ({ path, method }) => {
      if (path === '/api/model/check') return [200, { models: ['other'] }];
      return path === '/api/model' && method === 'GET' ? [200, { base_url: 'http://localhost:1/v1', name: 'tiny' }] : undefined;
    };
    await start('#/settings');
    press(strings.check);
    await pass(10);
    expect(screen.getByText(strings.checkedMissing('tiny'))).toBeTruthy();
    special = ({ path }) => (path === '/api/model/check' ? [502, { code: 'model-unreachable', detail: 'No language model answers.' }] : undefined);
    press(strings.check);
    await pass(10);
    expect(screen.getByRole('alert').textContent).toBe('No language model answers.');
  });
});
