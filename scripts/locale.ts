/** A locale that can name every file: in the plain C locale Chromium can't read a file whose path has a letter beyond ASCII. */

const isUtf8 = (value: string | undefined): boolean => /utf-?8/i.test(value ?? '');

/** What to add to an environment so that its character set is UTF-8; empty where it is already. LC_ALL beats LC_CTYPE, which beats LANG. */
export function utf8Additions({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): Record<string, string> {
  const deciding = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  if (platform !== 'linux' || isUtf8(deciding)) return {};
  return LC_ALL === undefined || LC_ALL === '' ? { LC_CTYPE: 'C.UTF-8' } : { LC_ALL: 'C.UTF-8' };
}
