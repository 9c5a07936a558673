/** Which backends run under the guard, and by which command it is started; and that the runtime knows neither by itself. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findGuard, guarded } from '../../main/backend/guard';
import { readBackendSpec } from '../../main/backend/spec';
import { removeFolders, temporaryFolder } from '../support/folders';

const ROOT = path.resolve(__dirname, '../..');
const product = readBackendSpec(path.join(ROOT, 'backend-spec/backend.json'));

afterEach(removeFolders);

function places(): { python: string; resources: string; app: string } {
  const folder = temporaryFolder();
  for (const name of ['backend', 'backend-spec']) mkdirSync(path.join(folder, name));
  for (const name of ['python', 'backend/main']) writeFileSync(path.join(folder, name), '');
  return { python: path.join(folder, 'python'), resources: folder, app: folder };
}

test('packaged it is the frozen backend itself', () => {
  const found = places();
  expect(findGuard(product, true, found)).toEqual([path.join(found.resources, 'backend/main'), '--guard', '--']);
});

test('in development it is the package, with a Python that the guest’s environment does not reach', () => {
  const found = places();
  expect(findGuard(product, false, found)).toEqual([found.python, '-I', '-S', path.join(found.app, 'backend-spec'), '--guard', '--']);
});

test('a packaged app whose spec has one form only takes that', () => {
  expect(findGuard({ guard: { development: ['warden', '--'] } }, true, {})).toEqual(['warden', '--']);
});

test('where it is not there, or is not named, or on other systems, there is none', () => {
  const elsewhere = { python: '/nowhere/python', resources: '/nowhere', app: '/nowhere' };
  expect([findGuard(product, true, elsewhere), findGuard(product, false, elsewhere), findGuard({}, false, places())]).toEqual([null, null, null]);
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  try {
    Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
    expect(findGuard(product, false, places())).toBeNull();
    expect(guarded(null, { guardsItself: true }, ['ours']).isGuarded).toBe(false);
  } finally {
    Object.defineProperty(process, 'platform', platform);
  }
});

test('it stands before a guest, and not before a backend that guards itself', () => {
  expect(guarded(['warden', '--'], { guardsItself: false }, ['guest', '1'])).toEqual({ command: ['warden', '--', 'guest', '1'], isGuarded: true });
  expect(guarded(['warden', '--'], { guardsItself: true }, ['ours', '1'])).toEqual({ command: ['ours', '1'], isGuarded: true });
  expect(guarded(null, { guardsItself: false }, ['guest', '1'])).toEqual({ command: ['guest', '1'], isGuarded: false });
});

test('our own backend guards itself, and is told to', () => {
  expect(product).toMatchObject({ guardsItself: true, environment: { POCKETMUSEC_WARDEN: '1' } });
});

test.each(['machines', 'main/backend'])('nothing in %s names a package, a route or a library of the product', (folder) => {
  for (const name of readdirSync(path.join(ROOT, folder))) {
    const text = readFileSync(path.join(ROOT, folder, name), 'utf8');
    expect([name, text.match(/\/api\/|pocketmusec|uvicorn|fastapi|pdfplumber|--guard|WARDEN/g)]).toEqual([name, null]);
  }
});
