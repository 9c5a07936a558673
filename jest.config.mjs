/** The Jest suites, one project each; scripts/suites.ts says in which order and company they run. */

const OUTPUTS = ['<rootDir>/(out|\\.build|\\.cache|\\.venv|coverage|reports)/'];

/** What every project shares. */
const base = {
  transform: {
    '^.+\\.[cm]?[jt]sx?$': ['@swc/jest', {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'automatic' } },
      },
      module: { type: 'commonjs' },
    }],
  },
  // These ship ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(ky|@electron/(fuses|asar))/)'],
  modulePathIgnorePatterns: OUTPUTS,
  testPathIgnorePatterns: ['/node_modules/', ...OUTPUTS],
  restoreMocks: true,
};

/** For tests without a real Electron, whose package would try to download itself. */
const withoutElectron = {
  '^electron$': '<rootDir>/tests/support/electron-stub.ts',
  '^electron-log/main$': 'electron-log/node',
};

/** @param {string[]} folders */
const testsIn = (...folders) => folders.map((folder) => `<rootDir>/tests/${folder}/**/*.test.{ts,tsx}`);

/** By name, since the mutation tests start from it. */
export const machine = {
  ...base,
  displayName: 'machine',
  testMatch: testsIn('machine'),
  moduleNameMapper: withoutElectron,
  // Jest looks each global up through its sandbox; for twenty thousand sequences that is a quarter of the time.
  sandboxInjectedGlobals: ['Math', 'Object', 'Set', 'Map', 'JSON', 'Array', 'WeakMap', 'Number', 'String'],
};

/** @type {import('jest').Config} */
export default {
  cacheDirectory: '<rootDir>/.cache/jest',
  collectCoverageFrom: ['{main,machines,preload,renderer,scripts}/**/*.{ts,tsx}', '!**/*.d.ts'],
  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  modulePathIgnorePatterns: OUTPUTS,
  // A busy machine makes a real window slow; what hangs, hangs for ever.
  testTimeout: 60_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: testsIn('unit', 'tooling', 'main', 'preload'), moduleNameMapper: withoutElectron },
    machine,
    {
      ...base,
      displayName: 'renderer',
      testMatch: testsIn('renderer'),
      testEnvironment: 'jsdom',
      // Node's builds of the packages: what jsdom asks for by itself are the ones for browsers, ES modules.
      testEnvironmentOptions: { customExportConditions: ['node', 'require', 'default'] },
      moduleNameMapper: { ...withoutElectron, '\\.(css|svg|png|woff2)(\\?.*)?$': '<rootDir>/tests/support/asset-stub.ts' },
    },
    // The rows of the threats, one file each; those that need a window or the package run with the suites that have one.
    { ...base, displayName: 'security', testMatch: ['<rootDir>/tests/security/*.test.ts'], moduleNameMapper: withoutElectron },
    { ...base, displayName: 'process', testMatch: testsIn('process'), moduleNameMapper: withoutElectron },
    // Run by `npm run guests`, which installs what they need.
    { ...base, displayName: 'guests', testMatch: testsIn('guests'), moduleNameMapper: withoutElectron },
    // What `npm run conformance` runs against any backend.
    { ...base, displayName: 'conformance', testMatch: ['<rootDir>/tests/conformance/conformance.test.ts'], moduleNameMapper: withoutElectron },
    // Whether it finds what it should.
    { ...base, displayName: 'careless', testMatch: ['<rootDir>/tests/conformance/careless.test.ts'], moduleNameMapper: withoutElectron },
    { ...base, displayName: 'e2e', testMatch: testsIn('e2e', 'security/window') },
    { ...base, displayName: 'packaged', testMatch: testsIn('packaged', 'security/packaged') },
  ],
};
