/** The screens as people meet them: by role, name and text. */
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { FATAL_REASONS } from '../../machines/policy';
import { FATAL } from '../../machines/troubles';
import { App } from '../../renderer/app';
import { Broken } from '../../renderer/screens/broken';
import { ServicesProvider } from '../../renderer/services';
import { strings } from '../../renderer/strings';
import { createWorld, emptySearch, hit, libraryDocument, noAnswer, pdf, type World } from './support';

let world: World;
const pass = (ms: number): Promise<void> => act(() => jest.advanceTimersByTimeAsync(ms));
const tell = (change: Parameters<World['electron']['emit']>[0]): void => act(() => world.electron.emit(change));
const ready = async (...documents: Parameters<typeof libraryDocument>[0][]): Promise<void> => {
  act(() => world.electron.healthy());
  act(() => world.network.socket.say({ type: 'documents', documents: documents.map(libraryDocument) }));
  await pass(10);
};
const status = (): string | null => screen.getByRole('status').textContent;
const press = (name: string | RegExp): void => { fireEvent.click(screen.getByRole('button', { name })); };
const choose = async (...files: File[]): Promise<void> => {
  fireEvent.change(screen.getByLabelText(strings.chooseFiles), { target: { files } });
  await pass(10);
};

beforeEach(() => {
  jest.useFakeTimers();
  world = createWorld();
  render(<ServicesProvider value={world.services}><App /></ServicesProvider>);
});
afterEach(() => {
  cleanup();
  world.services.stop();
  jest.useRealTimers();
});

describe('starting', () => {
  it('Health check during startup: shows "Starting backend..." and the stages by name', () => {
    expect(status()).toBe('Starting backend...');
    expect(document.title).toBe('Starting backend... – PocketMusec');
    const stages = within(screen.getByRole('list')).getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(stages).toEqual(['Finding a port (in progress)', 'Starting the backend (not yet)', 'Waiting for it to be healthy (not yet)']);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('goes through the stages in the same live region', () => {
    const region = screen.getByRole('status');
    tell({ subState: 'spawning' });
    expect(screen.getByText('Starting the backend').getAttribute('aria-current')).toBe('step');
    tell({ subState: 'probing.patient', text: 'Connecting...' });
    expect(screen.getByText('Waiting for it to be healthy').getAttribute('aria-current')).toBe('step');
    expect(status()).toBe('Connecting...');
    act(() => world.electron.healthy());
    expect(screen.getByRole('status')).toBe(region);
    expect(status()).toBe('Ready');
    expect(document.title).toBe('PocketMusec');
  });

  it('Backend startup timeout: offers "Keep Waiting", "View Logs" and "Restart"', async () => {
    act(() => world.electron.slow());
    expect(status()).toBe('Backend is taking longer than expected to start.');
    for (const name of ['Keep Waiting', 'Restart', 'View Logs']) press(name);
    expect(world.electron.commands).toEqual(['KEEP_WAITING', 'RESTART']);
    await pass(0);
    expect(screen.getByRole('heading', { name: 'Logs' })).toBeTruthy();
  });

  it('stays calm when the backend stops while starting', () => {
    act(() => world.electron.crashed());
    expect(screen.getByText(strings.startStopped)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull();
  });
});

describe('library', () => {
  it('tells how to begin when there is no document', async () => {
    await ready();
    expect(screen.getByRole('heading', { name: strings.emptyTitle })).toBeTruthy();
    expect(screen.getAllByRole('button', { name: 'Add Files' })).toHaveLength(1);
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  it('does not say "Nothing found" while the first import runs, nor in the moment after it', async () => {
    await ready({ state: 'importing', page: 2, standards: 8 });
    expect(screen.getByRole('heading', { name: strings.noStandardsTitle })).toBeTruthy();
    world.network.answer = () => 'hang';
    act(() => world.network.socket.say({ type: 'document', document: libraryDocument() }));
    await pass(10);
    expect(screen.queryByText(strings.nothingTitle)).toBeNull();
  });

  it('lists the documents with progress, counts and unread pages', async () => {
    await ready(
      { id: 'd2', name: 'Choir.pdf', state: 'importing', page: 3, pages: 9 },
      { id: 'd3', name: 'Band.pdf', state: 'queued', pages: null },
      { id: 'd1', unread: [3, 4, 5].map((at) => ({ at, found: 'a picture of text', allowed: 'text' })) },
      { id: 'd4', name: 'State.csv', format: 'csv', state: 'importing', page: 40, pages: 90 },
      { id: 'd5', name: 'Town.csv', format: 'csv', unread: [{ at: 7, found: '“x” in the column of codes', allowed: 'a code such as K.CN.1' }] },
    );
    const rows = within(screen.getByRole('list', { name: 'Documents' })).getAllByRole('listitem').filter(({ className }) => className === 'row').map(({ textContent }) => textContent);
    expect(rows[0]).toContain('Page 3 of 9');
    expect(rows[1]).toContain('Next in line');
    expect(rows[2]).toContain('24 standards · 118 objectives');
    expect(rows[2]).toContain('Pages 3–5 could not be read in full');
    expect(rows[2]).toContain('Page 4 Found a picture of text. Needed is text.');
    expect(rows[3]).toContain('Line 40 of 90');
    expect(rows[4]).toContain('Line 7 could not be read');
    const bar = screen.getByRole('progressbar', { name: 'Import of Choir.pdf' });
    expect([bar.getAttribute('value'), bar.getAttribute('max')]).toEqual(['3', '9']);
  });

  it('cancels an import', async () => {
    await ready({ state: 'importing' });
    world.network.answer = ({ method }) => (method === 'DELETE' ? [204, null] : [200, emptySearch]);
    press('Cancel import of Standards.pdf');
    await pass(10);
    expect(world.network.of('DELETE', '/api/documents/d1')).toHaveLength(1);
    expect(screen.queryByText('Standards.pdf')).toBeNull();
  });

  it('asks before a document is removed, and takes no for an answer', async () => {
    await ready({});
    press('Remove Standards.pdf');
    expect(document.activeElement?.textContent).toBe('Keep');
    fireEvent.keyDown(screen.getByRole('button', { name: 'Keep' }), { key: 'Escape' });
    expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull();
    press('Remove Standards.pdf');
    press('Remove');
    await pass(10);
    expect(world.network.of('DELETE', '/')).toHaveLength(1);
  });

  it('says what a refused file needs, and offers the way out', async () => {
    await ready();
    await choose(new File(['PK'], 'plan.docx'));
    expect(screen.getByText(strings.refusals['not-a-pdf'])).toBeTruthy();
    press('Dismiss');
    expect(screen.getByRole('heading', { name: strings.emptyTitle })).toBeTruthy();
  });

  describe('pasting', () => {
    beforeEach(() => {
      // jsdom has the element and not what it does.
      HTMLDialogElement.prototype.showModal = function showModal() { this.open = true; };
      HTMLDialogElement.prototype.close = function close() {
        this.open = false;
        this.dispatchEvent(new Event('close'));
      };
    });

    it('adds a pasted text as a file of that name', async () => {
      await ready();
      press('Paste Text');
      fireEvent.change(screen.getByLabelText(strings.pasteLabel), { target: { value: 'K.CN.1 Sing' } });
      fireEvent.change(screen.getByLabelText(strings.pasteName), { target: { value: ' Choir 7/8 ' } });
      press(strings.pasteAdd);
      await pass(10);
      const [sent] = world.network.of('POST', '/api/documents');
      const form = sent?.init.body;
      const file = form instanceof FormData ? form.get('file') : null;
      expect(file instanceof File ? file.name : file).toBe('Choir 7-8.txt');
      expect(screen.queryByRole('dialog')).toBeNull();
    });

    it('says that there is no text yet, and leaves on Cancel', async () => {
      await ready();
      press('Paste Text');
      press(strings.pasteAdd);
      expect(screen.getByRole('alert').textContent).toBe(strings.pasteEmpty);
      expect(document.activeElement).toBe(screen.getByLabelText(strings.pasteLabel));
      press('Cancel');
      expect(screen.queryByRole('dialog')).toBeNull();
      expect(world.network.of('POST', '/')).toHaveLength(0);
    });
  });

  it('offers "Import Again" for a document that is there', async () => {
    await ready({});
    world.network.answer = ({ method }) => (method === 'POST' ? [409, { code: 'already-imported', detail: 'It is there.', document_id: 'd1' }] : [200, emptySearch]);
    await choose(pdf('Copy.pdf'));
    expect(screen.getByText('It is there.')).toBeTruthy();
    press('Import Again');
    await pass(10);
    expect(world.network.of('POST', '/').at(-1)?.params.get('replace')).toBe('true');
  });

  it('shows why an import failed', async () => {
    await ready({ state: 'failed', error: { code: 'encrypted', detail: 'It has a password.' } });
    expect(screen.getByText('It has a password.')).toBeTruthy();
    world.network.answer = ({ method }) => (method === 'DELETE' ? [204, null] : [200, emptySearch]);
    press('Dismiss');
    await pass(10);
    expect(screen.queryByText('It has a password.')).toBeNull();
  });

  it('takes files dropped anywhere, and shows that it would', async () => {
    await ready();
    const files = [pdf('One.pdf'), pdf('Two.pdf')];
    const dataTransfer = {
      types: ['Files'],
      items: [
        ...files.map((file) => ({ kind: 'file', getAsFile: () => file, webkitGetAsEntry: () => ({ isDirectory: false }) })),
        { kind: 'file', getAsFile: () => new File([], 'Scores'), webkitGetAsEntry: () => ({ isDirectory: true }) },
        { kind: 'string', getAsFile: () => null },
      ],
    };
    fireEvent.dragEnter(window, { dataTransfer });
    expect(screen.getByText(strings.dropHere)).toBeTruthy();
    fireEvent.dragLeave(window, { dataTransfer });
    expect(screen.queryByText(strings.dropHere)).toBeNull();
    fireEvent.dragEnter(window, { dataTransfer });
    expect(fireEvent.dragOver(window, { dataTransfer })).toBe(false);
    expect(fireEvent.drop(window, { dataTransfer })).toBe(false);
    await pass(10);
    expect(screen.queryByText(strings.dropHere)).toBeNull();
    expect(world.network.of('POST', '/')).toHaveLength(2);
    expect(screen.getByText(strings.refusals.folder)).toBeTruthy();
  });
});

describe('search', () => {
  const hits = [hit({ segments: [{ text: 'Keep a steady ', match: false }, { text: 'beat', match: true }] }), hit({ code: 'K.CN.1.2' })];
  beforeEach(() => {
    world.network.answer = ({ params }) => (params.get('q') === 'ukulele'
      ? [200, emptySearch]
      : [200, { total: 3, hits, grades: ['K', '1'], strands: [{ code: 'CN', name: 'Connect' }] }]);
  });

  it('shows what is in the library, and where each entry comes from', async () => {
    await ready({});
    const rows = within(screen.getByRole('list', { name: 'Results' })).getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(rows[0]).toBe('K.CN.1.1ObjectiveKeep a steady beatGrade KConnectStandards.pdfpage 4');
    expect(screen.getByText('beat').tagName).toBe('MARK');
    expect(screen.getByText('3 entries in your library').getAttribute('aria-live')).toBe('polite');
  });

  it('searches while typing, and says what was searched when there is nothing', async () => {
    await ready({});
    fireEvent.change(screen.getByRole('searchbox', { name: 'Search standards' }), { target: { value: 'ukulele' } });
    await pass(150);
    expect(screen.getByText('0 results for “ukulele”')).toBeTruthy();
    expect(screen.getByText(/No standard matches “ukulele”\./)).toBeTruthy();
    press('New Search');
    await pass(10);
    expect(screen.getByText('3 entries in your library')).toBeTruthy();
  });

  it('filters by grade, strand and kind, and says so when nothing fits', async () => {
    await ready({});
    fireEvent.change(screen.getByRole('combobox', { name: 'Grade' }), { target: { value: '1' } });
    await pass(10);
    world.network.answer = () => [200, emptySearch];
    fireEvent.change(screen.getByRole('combobox', { name: 'Strand' }), { target: { value: 'CN' } });
    fireEvent.click(screen.getByRole('radio', { name: 'Objectives' }));
    await pass(10);
    expect(world.network.sent.at(-1)?.params.toString()).toBe('grade=1&strand=CN&kind=objective&limit=20&offset=0');
    expect(screen.getByText(/No standard matches these filters in Grade 1, CN, Objectives\./)).toBeTruthy();
    press('Clear Filters');
    await pass(10);
    expect(world.network.sent.at(-1)?.params.get('grade')).toBeNull();
  });

  it('shows more, and goes on reading at the first new one', async () => {
    await ready({});
    world.network.answer = () => [200, { ...emptySearch, total: 3, hits: [hit({ code: 'K.CN.9' })] }];
    expect(screen.getByText('1 more')).toBeTruthy();
    press('Show More');
    await pass(10);
    expect(document.activeElement?.textContent).toContain('K.CN.9');
    expect(screen.queryByRole('button', { name: 'Show More' })).toBeNull();
  });

  it('is reached by Ctrl+F and by a slash, and emptied by Escape', async () => {
    await ready({});
    const field = screen.getByRole<HTMLInputElement>('searchbox');
    fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    expect(document.activeElement).toBe(field);
    field.blur();
    fireEvent.keyDown(document.body, { key: '/' });
    expect(document.activeElement).toBe(field);
    fireEvent.change(field, { target: { value: 'beat' } });
    expect(fireEvent.keyDown(field, { key: '/' })).toBe(true);
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(field.value).toBe('');
    await pass(150);
  });
});

describe('when the backend is away', () => {
  it('Continuous health monitoring: shows "Reconnecting..." after a second, and nothing when it is back sooner', async () => {
    await ready({});
    tell({ state: 'unhealthy', text: 'Reconnecting...' });
    await pass(900);
    expect(screen.queryByRole('complementary')).toBeNull();
    act(() => world.electron.healthy());
    await pass(5000);
    expect(screen.queryByRole('complementary')).toBeNull();
    tell({ state: 'unhealthy', text: 'Reconnecting...' });
    await pass(600);
    tell({ state: 'reconnecting', subState: 'attempting', text: 'Reconnecting...', attempt: 2, maxAttempts: 3 });
    await pass(600);
    expect(screen.getByRole('complementary', { name: 'Reconnecting...' }).textContent).toContain('Attempt 2 of 3.');
    act(() => world.electron.healthy());
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('keeps what was typed and the file that was added, through the failed page too', async () => {
    await ready({});
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'beat' } });
    await pass(150);
    world.network.answer = noAnswer;
    await choose(pdf('Band.pdf'));
    act(() => world.electron.crashed());
    await pass(1100);
    expect(screen.getByText(strings.kept)).toBeTruthy();
    press('Restart Now');
    expect(world.electron.commands).toContain('RESTART');
    act(() => world.electron.fatal('crash-budget'));
    expect(screen.queryByRole('searchbox')).toBeNull();
    world.network.answer = ({ method }) => (method === 'POST' ? [202, libraryDocument({ id: 'd9', name: 'Band.pdf', state: 'queued' })] : [200, emptySearch]);
    act(() => world.electron.healthy({ generation: 4 }));
    act(() => world.network.socket.say({ type: 'documents', documents: [libraryDocument()] }));
    await pass(1500);
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('beat');
    expect(world.network.of('POST', '/').length).toBeGreaterThan(1);
    expect(screen.queryByText(strings.kept)).toBeNull();
  });

  it('Automatic restart on crash: notifies "Backend restarted after crash" as main says it, in a region that was there before', async () => {
    await ready({});
    const region = screen.getByRole('region', { name: strings.notices });
    expect(region.getAttribute('aria-live')).toBe('polite');
    act(() => world.electron.notice('Backend restarted after crash'));
    expect(within(region).getAllByText('Backend restarted after crash')).toHaveLength(1);
    press('Close notice');
    expect(screen.queryByText('Backend restarted after crash')).toBeNull();
  });

  it('offers the choices of a slow start in the banner too', async () => {
    await ready({});
    act(() => world.electron.crashed());
    act(() => world.electron.slow());
    await pass(1100);
    expect(screen.getByRole('complementary').textContent).toContain('Backend is taking longer than expected to start.');
    press('Keep Waiting');
    expect(world.electron.commands).toEqual(['KEEP_WAITING']);
  });

  it('lets a notice go by itself', async () => {
    act(() => world.services.notices.show('Done'));
    expect(screen.getByText('Done')).toBeTruthy();
    await pass(6000);
    expect(screen.queryByText('Done')).toBeNull();
  });
});

describe('failed', () => {
  const crash = { generation: 3, at: 0, cause: 'signal SIGSEGV', code: null, signal: 'SIGSEGV', stderrTail: ['Segmentation fault'] };

  it.each(FATAL_REASONS)('%s: says it, takes the focus there, and offers what its dialog offers', async (reason) => {
    act(() => world.electron.fatal(reason, { detail: 'Port 8000 to 9000.' }));
    await pass(0);
    const { text, help, choices } = FATAL[reason];
    expect(document.activeElement?.textContent).toBe(text);
    expect(screen.getByText(help)).toBeTruthy();
    expect(screen.getByText('Port 8000 to 9000.')).toBeTruthy();
    const buttons = screen.getAllByRole('button').map(({ textContent }) => textContent);
    expect(buttons).toEqual([...choices, 'Copy Details', 'Diagnostics…']);
    press('Retry');
    expect(world.electron.commands).toEqual(['RETRY']);
  });

  it('opens the download page', async () => {
    act(() => world.electron.fatal('executable-missing'));
    press('Download Installer');
    await pass(0);
    expect(world.electron.downloadPageOpened).toBe(1);
  });

  it.each([['View Logs', 'executable-missing'], ['View Full Logs', 'crash-budget']] as const)('"%s" shows the logs', async (label, reason) => {
    act(() => world.electron.fatal(reason));
    press(label);
    await pass(0);
    expect(screen.getByRole('heading', { name: 'Logs' })).toBeTruthy();
  });

  it.each([
    [[{ pid: 4711, name: 'python3', ports: '8000–8998, 9000' }, { pid: null, name: null, ports: '8999' }], ['python3process 47118000–8998, 9000', 'An application of somebody else8999']],
    [[], ['The ports are free now. Retry.']],
    [null, [strings.holdersUnknown]],
  ])('Port conflict error: "Quit other applications" shows who holds the ports (%j)', async (holders, lines) => {
    world.electron.portHolders = holders;
    act(() => world.electron.fatal('no-ports'));
    const region = screen.getByRole('region', { name: strings.portHolders });
    expect(region.textContent).toBe('');
    press('Quit other applications');
    await pass(0);
    expect(Array.from(region.querySelectorAll('li, p'), ({ textContent }) => textContent)).toEqual(lines);
    expect(world.electron.commands).toEqual([]);
  });

  it.each([[true], [false]])('shows the cause, and the last lines at once only in debug mode (%s)', async (isDebug) => {
    world.electron.isDebug = isDebug;
    act(() => world.electron.fatal('crash-budget', { crash }));
    await pass(0);
    expect(screen.getByText('signal SIGSEGV')).toBeTruthy();
    expect(screen.getByText('Segmentation fault').closest('details')?.open).toBe(isDebug);
  });

  it('starts a stopped backend with RESTART', async () => {
    tell({ state: 'stopped', text: 'Stopped' });
    await pass(0);
    press('Retry');
    expect(world.electron.commands).toEqual(['RESTART']);
  });

  it('copies the details, and says that it did', async () => {
    const writeText = jest.fn<Promise<void>, [string]>(async () => {});
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
    act(() => world.electron.fatal('crash-budget', { crash, detail: 'Three crashes.' }));
    await pass(0);
    press('Copy Details');
    await pass(0);
    const [text] = writeText.mock.calls[0] ?? [''];
    for (const part of ['PocketMusec 0.1.0 (Electron 45.4.1, linux)', 'reason: crash-budget', 'detail: Three crashes.', 'signal SIGSEGV', '  Segmentation fault']) {
      expect(text).toContain(part);
    }
    expect(screen.getByText('Copied')).toBeTruthy();
    await pass(2500);
    expect(screen.queryByText('Copied')).toBeNull();
  });

  it('copies without the permission too, and says when nothing works', async () => {
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: () => Promise.reject(new Error('denied')) } });
    const execCommand = jest.fn(() => true);
    Object.defineProperty(document, 'execCommand', { configurable: true, value: execCommand });
    act(() => world.electron.fatal('database'));
    await pass(0);
    press('Copy Details');
    await pass(0);
    expect(screen.getByText('Copied')).toBeTruthy();
    execCommand.mockReturnValue(false);
    press('Copy Details');
    await pass(0);
    expect(screen.getByText(strings.copyFailed)).toBeTruthy();
  });
});

describe('broken page', () => {
  it('shows a page with the cause instead of an empty window', () => {
    jest.spyOn(console, 'error').mockImplementation(() => {});
    const Thrower = (): never => { throw new Error('no such thing'); };
    render(<Broken><Thrower /></Broken>);
    expect(screen.getByRole('heading', { name: strings.brokenPage[0] })).toBeTruthy();
    expect(screen.getByText('no such thing')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Load Again' })).toBeTruthy();
  });
});
