/** The display's environment can name every file, and a person's own choice of a UTF-8 locale is left alone. */
import { utf8Additions } from '../../scripts/locale';

test.each<[NodeJS.ProcessEnv, Record<string, string>]>([
  [{}, { LC_CTYPE: 'C.UTF-8' }],
  [{ LANG: 'C' }, { LC_CTYPE: 'C.UTF-8' }],
  [{ LANG: 'de_DE.UTF-8' }, {}],
  [{ LANG: 'C', LC_CTYPE: 'C.utf8' }, {}],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' }, { LC_ALL: 'C.UTF-8' }],
  [{ LC_ALL: '', LANG: 'en_US.UTF-8' }, {}],
])('%j gets %j', (env, additions) => {
  expect(utf8Additions(env, 'linux')).toEqual(additions);
});

test('other systems have their own ways', () => {
  expect(utf8Additions({}, 'darwin')).toEqual({});
});
