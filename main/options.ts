/** The command line: what may be said to the app when it is started. */
import { parseArgs } from 'node:util';

export interface Options {
  readonly selfTest: boolean;
  readonly importFile: string | null;
  readonly search: string | null;
  readonly screenshot: string | null;
  readonly theme: 'light' | 'dark' | 'system';
  readonly userData: string | null;
  readonly backendSpec: string | null;
  /** Where to write the diagnostics, instead of opening the app. */
  readonly diagnostics: string | null;
  readonly debug: boolean;
}

export const USAGE = `Options:
  --self-test               do the main job unattended, print one report line, exit 0 or 1
    --import FILE           with a PDF of standards
    --search TEXT           and a search
    --screenshot FILE       and a picture of the window at the end (PNG)
    --theme light|dark      in this theme
  --diagnostics FILE        write logs, trace, versions, ports and settings without secrets to FILE (zip), and end
  --user-data DIR           keep everything in DIR instead of the usual folder
  --backend-spec FILE       run another backend: see "Bring your own backend" in the docs
  --pocketmusec-debug       show stack traces; also POCKETMUSEC_DEBUG=1
`;

/** What was wrong on the command line, as a sentence with the way out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const ours = {
  'self-test': { type: 'boolean' },
  import: { type: 'string' },
  search: { type: 'string' },
  screenshot: { type: 'string' },
  theme: { type: 'string' },
  diagnostics: { type: 'string' },
  'user-data': { type: 'string' },
  'backend-spec': { type: 'string' },
  'pocketmusec-debug': { type: 'boolean' },
} as const;

const THEMES = ['light', 'dark', 'system'] as const;

/** Reads the arguments after the program's own. Chromium's switches pass through unread. Throws UsageError. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv = {}): Options {
  let values;
  let tokens;
  try {
    ({ values, tokens } = parseArgs({ args: [...args], options: ours, strict: false, allowPositionals: true, tokens: true }));
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n${USAGE}`, { cause });
  }
  const read = (name: keyof typeof ours): string | null => {
    const value = values[name];
    if (value === undefined) return null;
    // The next option is no value, unless it was written with =.
    const isOption = tokens.some((token) => token.kind === 'option' && token.name === name && token.inlineValue === false && token.value.startsWith('-'));
    if (typeof value !== 'string' || value === '' || isOption) throw new UsageError(`--${name} needs a value, for example --${name}=…\n${USAGE}`);
    return value;
  };
  const isSet = (name: keyof typeof ours): boolean => {
    const value = values[name];
    if (typeof value === 'string') throw new UsageError(`--${name} takes no value: found "${value}"\n${USAGE}`);
    return value === true;
  };
  const theme = THEMES.find((name) => name === (read('theme') ?? 'system'));
  if (theme === undefined) throw new UsageError(`--theme: found "${read('theme')}", allowed is ${THEMES.join(', ')}\n${USAGE}`);
  const selfTest = isSet('self-test');
  const job = { importFile: read('import'), search: read('search'), screenshot: read('screenshot') };
  const alone = Object.entries({ import: job.importFile, search: job.search, screenshot: job.screenshot }).find(([, value]) => value !== null);
  if (!selfTest && alone) throw new UsageError(`--${alone[0]} is a part of the self-test: add --self-test\n${USAGE}`);
  return {
    selfTest, ...job, theme,
    diagnostics: read('diagnostics'),
    userData: read('user-data'),
    backendSpec: read('backend-spec'),
    debug: isSet('pocketmusec-debug') || env['POCKETMUSEC_DEBUG'] === '1',
  };
}

/** The same arguments, each option with its value in one word: Electron puts all options first when it hands them to another start. */
export function inWords(args: readonly string[]): string[] {
  return parseArgs({ args: [...args], options: ours, strict: false, allowPositionals: true, tokens: true }).tokens.map((token) => {
    if (token.kind === 'option') return token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`;
    return token.kind === 'positional' ? token.value : '--';
  });
}
