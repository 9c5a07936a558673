/** Which backends run under the guard, and by which command it is started. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findGuard, guarded } from '../../main/backend/guard';
import { removeFolders, temporaryFolder } from '../support/folders';

afterEach(removeFolders);

function places(): { python: string; resources: string; app: string; userData: string } {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'backend'));
  mkdirSync(path.join(folder, 'backend-spec/pocketmusec'), { recursive: true });
  for (const name of ['python', 'backend/main']) {
    writeFileSync(path.join(folder, name), '');
    chmodSync(path.join(folder, name), 0o755);
  }
  return { python: path.join(folder, 'python'), resources: folder, app: folder, userData: folder };
}

test('packaged it is the frozen backend itself', () => {
  const { resources, ...rest } = places();
  const guard = findGuard(true, { resources, ...rest });
  expect(guarded(guard, ['/usr/bin/guest', '--port', '8000'])).toEqual([path.join(resources, 'backend/main'), '--guard', '--', '/usr/bin/guest', '--port', '8000']);
});

test('in development it is the package, with a Python that the guest’s environment does not reach', () => {
  const { python, app, ...rest } = places();
  const command = guarded(findGuard(false, { python, app, ...rest }), ['guest']);
  expect(command?.slice(0, 3)).toEqual([python, '-I', '-S']);
  expect(command?.slice(-4)).toEqual([path.join(app, 'backend-spec'), '--guard', '--', 'guest']);
});

test('our own backend guards itself', () => {
  const placeholders = places();
  expect(guarded(findGuard(false, placeholders), [placeholders.python, '-m', 'pocketmusec', '--port', '1'])).toBeNull();
  expect(guarded(findGuard(true, placeholders), [path.join(placeholders.resources, 'backend/main'), '--port', '1'])).toBeNull();
  expect(guarded(findGuard(false, placeholders), [placeholders.python, '-m', 'http.server'])).not.toBeNull();
});

test('where it is not there, a guest runs without', () => {
  const elsewhere = { ...places(), resources: '/nowhere', app: '/nowhere' };
  expect([findGuard(true, elsewhere), findGuard(false, elsewhere)]).toEqual([null, null]);
  expect(guarded(null, ['guest'])).toBeNull();
});
