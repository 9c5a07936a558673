/** What is mutated, how it is tried, and how good the tests must be; run by scripts/mutation.ts. */

export default {
  mutate: ['machines/*.ts'],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { projectType: 'custom', configFile: 'tests/machine/mutation/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  thresholds: { high: 100, low: 95, break: 95 },
  // A loop without end is rare, a machine that is busy is not.
  timeoutMS: 60_000,
  // All that the tests of the machine read.
  ignorePatterns: ['/*', '!/machines', '!/package.json', '!/jest.config.mjs', '!/tests', '/tests/*', '!/tests/machine'],
  tempDirName: '.cache/stryker',
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
};
