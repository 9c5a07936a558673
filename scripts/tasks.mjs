/** The one table of what `npm run <task>` can do, and what each task needs to be set up. */

/** @typedef {'python' | 'electron' | 'system'} Need  Beyond the Node packages, which every task needs. */
/**
 * @typedef {object} Task
 * @property {string} what One line for people.
 * @property {readonly Need[]} needs
 * @property {readonly string[]} [command] Run with Node 24, the packages' and Python's programs first in PATH.
 *   A name that ends in `.ts` is a file of this folder. Arguments given by people are added. No command: set-up is all.
 */

/** @type {readonly Need[]} */
const ALL = ['python', 'electron', 'system'];

/** @type {Readonly<Record<string, Task>>} */
export const TASKS = {
  setup: { what: 'install what is missing, and try again for the pinned Electron', needs: ALL },
  start: { what: 'open the app, built first when sources changed; arguments go to it', needs: ALL, command: ['start.ts'] },
  dev: { what: 'open the app, rebuild on each change, and reload or restart it', needs: ALL, command: ['dev.ts'] },
  build: { what: 'build main, preload and renderer into .build/', needs: ['electron'], command: ['build.ts'] },
  package: { what: 'make the folder with the executable, out/PocketMusec-*', needs: ALL, command: ['package.ts', 'package'] },
  make: { what: 'make the installers; refuses the fallback Electron unless told --allow-fallback', needs: ALL, command: ['package.ts', 'make'] },
  typecheck: { what: 'check the types', needs: [], command: ['tsc', '--noEmit'] },
  lint: { what: 'check habits, layers, lock files, licences, and what is made from the sources', needs: ['python'], command: ['test.ts', '--only=lint'] },
  test: { what: 'run all suites; --only=suite,suite for some', needs: ALL, command: ['test.ts'] },
  'test:fast': { what: 'types, lint, unit, machine and renderer tests', needs: ['python'], command: ['test.ts', '--only=types,lint,unit,machine,renderer'] },
  jest: { what: 'Jest with the arguments given, in a display', needs: ALL, command: ['display.ts', 'jest'] },
  display: { what: 'run a command in the display there is, or in a virtual one', needs: ALL, command: ['display.ts'] },
  bench: { what: 'measure, and print the table of figures', needs: ALL, command: ['bench.ts'] },
  screenshots: { what: 'take the pictures of docs/images/ from the real app', needs: ALL, command: ['screenshots.ts'] },
  corpus: { what: 'read the 72 PDFs of pypdf, odd and broken ones, taken from the Python package index', needs: ['python'], command: ['corpus.ts'] },
  guests: { what: 'install servers from registries, and supervise each by its spec alone', needs: ['python'], command: ['guests.ts'] },
  conformance: { what: 'hold a backend to the contract; COMMAND or --spec FILE for yours', needs: ['python'], command: ['conformance.ts'] },
  faults: { what: 'try every fault of the table, and print it; --levels T1,T2 without the window, --seed N for one random life', needs: ALL, command: ['faults.ts'] },
  soak: { what: 'the random lives in large numbers; --sequences N --faults N --kills N', needs: ['python'], command: ['faults.ts', '--soak'] },
  mutation: { what: 'change the machine in a thousand small ways, and see whether its tests notice; file names for some files, --fresh to try all again', needs: [], command: ['mutation.ts'] },
  chart: { what: 'draw docs/images/lifecycle.svg from the machine; --check says whether it is stale', needs: [], command: ['chart.ts'] },
  schema: { what: 'make backend-spec/backend.schema.json; --check says whether it is stale', needs: [], command: ['schema.ts'] },
  bridge: { what: 'make the tables of docs/bridge.md from the contract; --check says whether they are stale', needs: [], command: ['bridge.ts'] },
  outside: { what: 'have a real Chromium attack the running app; installs it on Debian and Ubuntu', needs: ALL, command: ['outside.ts'] },
  sbom: { what: 'list all packages with their licences in reports/, as CycloneDX and to read', needs: ['python'], command: ['sbom.ts'] },
  requirements: { what: 'write docs/requirements.md from the reports of the last full test', needs: [], command: ['requirements.ts'] },
  help: { what: 'this list', needs: [] },
};

/** The listing that an unknown task name is answered with. */
export function listing() {
  const width = Math.max(...Object.keys(TASKS).map((name) => name.length));
  return Object.entries(TASKS).map(([name, task]) => `  npm run ${name.padEnd(width)}  ${task.what}`).join('\n');
}
