/** The page's view of the backend, and its event stream. */
import { createBackend } from '../../renderer/backend/backend';
import { followEvents } from '../../renderer/backend/events';
import type { LibraryEvent } from '../../renderer/backend/wire';
import { BASE, FakeElectron, FakeNetwork, libraryDocument } from './support';

describe('backend view', () => {
  it('ignores a status that is older than the one it has', () => {
    const electron = new FakeElectron();
    const { view } = createBackend(electron);
    electron.healthy();
    const { seq } = electron.status;
    electron.emit({ state: 'unhealthy' });
    electron.status = { ...electron.status, seq: seq - 2 };
    electron.healthy();
    expect(view.get().status?.state).toBe('unhealthy');
  });

  it('knows that the backend was healthy before, through what follows', () => {
    const electron = new FakeElectron();
    const { view } = createBackend(electron);
    expect(view.get().wasHealthy).toBe(false);
    electron.healthy();
    electron.crashed();
    expect(view.get().wasHealthy).toBe(true);
  });
});

describe('event stream', () => {
  let electron: FakeElectron;
  let network: FakeNetwork;
  let events: LibraryEvent[];
  let stop: () => void;
  beforeEach(() => {
    jest.useFakeTimers();
    electron = new FakeElectron();
    network = new FakeNetwork();
    events = [];
    stop = followEvents(createBackend(electron), (event) => events.push(event), network.openSocket);
  });
  afterEach(() => {
    stop();
    jest.useRealTimers();
  });

  it('connects when there is a URL, over the WebSocket form of it', () => {
    expect(network.sockets).toHaveLength(0);
    electron.healthy();
    expect(network.socket.url).toBe(`${BASE.replace('http', 'ws')}/api/events`);
    network.socket.say({ type: 'documents', documents: [libraryDocument()] });
    expect(events).toHaveLength(1);
  });

  it('connects anew to the next generation, and hears nothing more of the former', () => {
    electron.healthy();
    const former = network.socket;
    electron.crashed();
    expect(former.isClosed).toBe(true);
    electron.healthy({ generation: 2 });
    former.say({ type: 'removed', id: 'd1' });
    expect(network.sockets).toHaveLength(2);
    expect(events).toHaveLength(0);
  });

  it('connects again when the connection drops, slower each time', () => {
    electron.healthy();
    network.socket.drop();
    expect(electron.commands).toEqual(['PROBE_NOW']);
    jest.advanceTimersByTime(250);
    expect(network.sockets).toHaveLength(2);
    network.socket.drop();
    jest.advanceTimersByTime(250);
    expect(network.sockets).toHaveLength(2);
    jest.advanceTimersByTime(250);
    expect(network.sockets).toHaveLength(3);
  });

  it('leaves out what it does not understand', () => {
    electron.healthy();
    network.socket.dispatchEvent(new MessageEvent('message', { data: '{"type":"news"}' }));
    network.socket.dispatchEvent(new MessageEvent('message', { data: 'not JSON' }));
    network.socket.dispatchEvent(new MessageEvent('message', { data: new Blob() }));
    expect(events).toHaveLength(0);
  });
});
