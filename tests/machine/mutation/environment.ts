/** Node, but a test file ends with its first failure: one is enough to kill a mutant, and Jest's own `bail` ends files, not tests. */
import { TestEnvironment } from 'jest-environment-node';

export default class extends TestEnvironment {
  #failed = false;

  /** Called by Jest at each of its steps. */
  handleTestEvent({ name, test }: { readonly name: string; readonly test?: { mode?: 'skip' | 'only' | 'todo' | null } }): void {
    if (name === 'test_fn_failure') this.#failed = true;
    if (name === 'test_start' && this.#failed && test !== undefined) test.mode = 'skip';
  }
}
