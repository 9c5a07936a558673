/** Holds the lock files to what makes an installation the same everywhere: registries only, hashes throughout, no script that nobody named. */

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface PackageLock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Entry>>;
}

/** One sentence for each entry of a package-lock.json that could install something else than what was looked at. */
export function npmProblems({ lockfileVersion, packages }: PackageLock, allowScripts: Readonly<Record<string, boolean>> = {}): string[] {
  const entries = Object.entries(packages).filter(([place]) => place !== '');
  const scripted = new Set(entries.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([place]) => nameOf(place)));
  return [
    ...(lockfileVersion === 3 ? [] : [`lockfileVersion is ${lockfileVersion}: allowed is 3.`]),
    ...entries.flatMap(([place, { version, resolved, integrity, link }]) => [
      // By name from the registry that npm is set up with; an address in the lock would go round it.
      ...(resolved === undefined && link !== true ? [] : [`${place} comes from ${link === true ? 'a folder' : resolved}: allowed is the registry. Make the lock with omit-lockfile-registry-resolved.`]),
      ...(/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version ?? '') ? [] : [`${place} has no exact version: found "${version ?? ''}".`]),
      ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '') ? [] : [`${place} has no sha512 integrity.`]),
    ]),
    ...[...scripted].filter((name) => !Object.hasOwn(allowScripts, name)).map((name) => `${name} has an install script: look at it, and name it in allowScripts of package.json with false. None is run (.npmrc).`),
    ...Object.entries(allowScripts).flatMap(([name, allowed]) => [
      ...(allowed ? [`${name} may run its install script: allowed is false.`] : []),
      ...(scripted.has(name) ? [] : [`${name} in allowScripts of package.json has no install script any more: take it out.`]),
    ]),
  ];
}

/** One sentence for each line of a requirements.txt that pip could read another package from. */
export function pipProblems(text: string): string[] {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
  return lines.flatMap((line) => {
    const [requirement = '', ...hashes] = line.split(/\s+--hash=/);
    if (line.startsWith('-')) return [`"${line}" is an option: allowed are packages of the index.`];
    if (!/^[\w.-]+(\[[\w,-]+\])?==[\w.!+]+( *;.*)?$/.test(requirement.trim())) return [`"${requirement.trim()}" is not pinned to a version of the index: allowed is NAME==VERSION.`];
    if (hashes.length === 0) return [`"${requirement.trim()}" has no hash.`];
    return hashes.filter((hash) => !/^sha256:[0-9a-f]{64}$/.test(hash.trim())).map((hash) => `"${requirement.trim()}" has the hash ${hash}: allowed is sha256.`);
  });
}

/** What may stand beside `install` in our scripts: pip by hashes, npm for what the lock has and an older Node left out, and Debian's own packages. */
const INSTALLS = /'--require-hashes'|'--no-save', '--ignore-scripts'|'apt-get'/;

/** One sentence for each line of a script that installs packages by another way than a lock. */
export function installProblems(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) =>
    /['"](install|add|update|exec|npx)['"]/.test(line) && !INSTALLS.test(line) ? [`${file}:${index + 1} installs something by another way than a lock: allowed are "npm ci" and pip with --require-hashes.`] : []);
}

function nameOf(place: string): string {
  return place.replace(/^.*node_modules\//, '');
}
