/** Hole: the key of a language model lies in clear on the disk, stands in a log, or goes out with a request that is not for it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSecrets, type KeyStore, type Secrets } from '../../main/secrets';
import { temporaryFolder } from '../support/app';

const SPEC = { secrets: { 'model-key': { header: 'x-model-key', paths: ['/api/model/check'] } } };
const CANARY = 'https://api.example sk-canary';
const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));
const locking: KeyStore = { isLocked: () => true, encrypt: (text) => flip(Buffer.from(text)), decrypt: (locked) => flip(locked).toString() };
const without: KeyStore = { ...locking, isLocked: () => false };

let folder: string;
let remove: () => void;
const lines: string[] = [];
const log = { info: () => {}, warn: (message: string, details?: object) => { lines.push(`${message} ${JSON.stringify(details)}`); }, error: () => {} };
const open = (keyStore: KeyStore): Secrets => createSecrets({ userData: folder, spec: SPEC, keyStore, log });
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  lines.length = 0;
});
afterEach(() => { remove(); });

test('with a key store it outlives the app, locked, for this user only', () => {
  expect(open(locking).keep('model-key', CANARY)).toBe('system');
  const file = path.join(folder, 'secrets.json');
  expect(readFileSync(file, 'utf8')).not.toContain('canary');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const later = open(locking);
  expect(later.state('model-key')).toBe('system');
  expect(later.headersFor('/api/model/check')).toEqual({ 'x-model-key': CANARY });
});

test('without one it is kept until the app ends, and never written', () => {
  const secrets = open(without);
  expect(secrets.keep('model-key', CANARY)).toBe('session');
  expect(secrets.headersFor('/api/model/check')).toEqual({ 'x-model-key': CANARY });
  expect(() => readFileSync(path.join(folder, 'secrets.json'))).toThrow('ENOENT');
  expect(open(without).state('model-key')).toBe('not-kept');
});

test('a key store that went away leaves no old key in its place', () => {
  open(locking).keep('model-key', 'the old one');
  const secrets = open(without);
  expect(secrets.state('model-key')).toBe('not-kept');
  expect(secrets.keep('model-key', CANARY)).toBe('session');
  expect(open(locking).headersFor('/api/model/check')).toEqual({});
});

test.each(['/api/model', '/api/model/check/', '/api/model/checks', '/api/lessons', '/', '/API/MODEL/CHECK'])('%s gets none', (requestPath) => {
  const secrets = open(locking);
  secrets.keep('model-key', CANARY);
  expect(secrets.headersFor(requestPath)).toEqual({});
});

test('forgotten is forgotten, on disk too', () => {
  const secrets = open(locking);
  secrets.keep('model-key', CANARY);
  expect(secrets.forget('model-key')).toBe('not-kept');
  expect(open(locking).state('model-key')).toBe('not-kept');
});

test('a name that the spec does not have is refused', () => {
  const secrets = open(locking);
  expect(() => secrets.keep('other', 'x')).toThrow('There is no secret "other"');
  expect(secrets.state('other')).toBe('not-kept');
});

test('what cannot be unlocked, or is no list of secrets, counts as none, and the log does not hold it', () => {
  open(locking).keep('model-key', CANARY);
  const broken: KeyStore = { ...locking, decrypt: () => { throw new Error(CANARY); } };
  expect(open(broken).state('model-key')).toBe('not-kept');
  expect(lines.join('\n')).toContain('can not be unlocked');
  expect(lines.join('\n')).not.toContain('canary');
  writeFileSync(path.join(folder, 'secrets.json'), '[{');
  expect(open(locking).state('model-key')).toBe('not-kept');
});
