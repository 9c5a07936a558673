/** Takes out of a text what no diagnostics may show: tokens and keys by their forms and names, and the path of the person's own folder. */

const REMOVED = '[removed]';

/** From the surest form to the vaguest; each looks back a bounded way only, since a log may hold lines of any making. A hash of 64 digits goes too: it has the form of our own token. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[^\s"',;]+/gi, `$1 ${REMOVED}`],
  [/\b(?:sk|pk|rk|ghp|gho|xox[abp]|AIza|AKIA)[-_]?[A-Za-z0-9_-]{12,}/g, REMOVED],
  [/\b[0-9a-f]{64}\b/gi, REMOVED],
  // token=…, "api_key": "…", password: …, and the like; the name stays.
  [/([\w-]{0,40}(?:token|secret|password|passwd|api[-_]?key|authorization|credential)s?["']?\s*[:=]\s*["']?)(?!\[)[^\s"',;&}]+/gi, `$1${REMOVED}`],
  // A user and password in an address.
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"']+@/gi, `$1${REMOVED}@`],
];

/** `home` is shown as ~, also as it stands in JSON, where a backslash is doubled. */
export function createRedactor(home: string): (text: string) => string {
  const homes = home.length > 1 ? [home.replaceAll('\\', '\\\\'), home] : [];
  return (text) => {
    const short = homes.reduce((result, folder) => result.replaceAll(folder, '~'), text);
    return FORMS.reduce((result, [form, shown]) => result.replaceAll(form, shown), short);
  };
}
