/** How the tests of the machine run against a mutant: up to the first failure, without the twenty thousand stories, and without what reads the sources as text. */
import path from 'node:path';
import { machine } from '../../../jest.config.mjs';

export default {
  ...machine,
  rootDir: path.join(import.meta.dirname, '../../..'),
  roots: ['<rootDir>/machines', '<rootDir>/tests/machine'],
  testPathIgnorePatterns: [...machine.testPathIgnorePatterns, '/machine/(invariants-\\d|planted|purity)\\.test\\.ts$'],
  runner: path.join(import.meta.dirname, 'runner.ts'),
  testEnvironment: path.join(import.meta.dirname, 'environment.ts'),
  // Looked for anew by each of a thousand runs.
  watchman: false,
};
