/** Runs test files one by one, and none after one that failed. */
import JestRunner from 'jest-runner';

/** They take longest, and most mutants are dead before. */
const SLOW = /(definition|tour)\.test\.ts$/;
/** The file that killed the mutant before: its neighbours often die there too. */
let killer = '';

const rank = (file: string): number => (file === killer ? 0 : SLOW.test(file) ? 2 : 1);

export default class extends JestRunner {
  override async runTests(...[tests, watcher, options]: Parameters<JestRunner['runTests']>): Promise<void> {
    let failed = false;
    const fails = (file: string): void => {
      failed = true;
      killer = file;
    };
    const ends = [
      this.on('test-file-success', ([{ path }, { numFailingTests }]) => { if (numFailingTests > 0) fails(path); }),
      this.on('test-file-failure', ([{ path }]) => { fails(path); }),
    ];
    for (const test of [...tests].sort((one, other) => rank(one.path) - rank(other.path))) {
      if (!failed) await super.runTests([test], watcher, { ...options, serial: true });
    }
    for (const end of ends) end();
  }
}
