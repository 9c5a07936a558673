/** The timeline has one mark for each change of state, not for each status. */
import { markStates } from '../../renderer/timing';
import type { BackendStatus } from '../../preload/contract';

test('marks each change of state with its generation, and no sub-state', () => {
  const listeners: ((status: BackendStatus) => void)[] = [];
  const marks: unknown[] = [];
  const mark = (name: string, options?: PerformanceMarkOptions): PerformanceMark => {
    marks.push([name, options?.detail]);
    return {} as PerformanceMark;
  };
  markStates({ onBackendStatus: (callback) => { listeners.push(callback); return () => {}; } }, { mark });
  const hear = (state: string, subState: string, generation: number): void => {
    for (const listener of listeners) listener({ state, subState, generation } as BackendStatus);
  };
  hear('starting', 'locating', 0);
  hear('starting', 'probing.patient', 1);
  hear('healthy', 'resting', 1);
  hear('healthy', 'checking', 1);
  hear('crashed', '', 1);
  hear('healthy', 'resting', 2);
  expect(marks).toEqual([['backend:starting', 0], ['backend:healthy', 1], ['backend:crashed', 1], ['backend:healthy', 2]]);
});
