/** The sweep goes on until nothing is left, less and less often, says each finding once, and never takes "could not look" for "nothing". */
import fs from 'node:fs/promises';
import type { EffectTools } from '../../main/backend/effects';
import { readStatSync } from '../../main/backend/procfs';
import { createSweep } from '../../main/backend/sweep';
import { makeTools, runEffect, type TestTools } from '../support/effects';

let delays: number[];
let tools: TestTools;

/** Its generation is this test's own process, which is never a member, so that nothing real is signalled. */
function prepare(record: Partial<EffectTools['record']> = {}): TestTools {
  const made = makeTools();
  delays = [];
  const { setTimeout: arm } = made.clock;
  made.clock.setTimeout = (callback, delayMs) => {
    delays.push(delayMs);
    return arm(callback, 0);
  };
  const generation = made.generations.begin(1, 1);
  generation.pid = process.pid;
  generation.startTicks = readStatSync('self')?.startTicks ?? 0;
  tools = { ...made, record: { ...made.record, ...record } };
  return tools;
}
afterEach(() => { jest.restoreAllMocks(); });

test('nothing left: SWEPT, the record goes, the generation is forgotten', async () => {
  const clear = jest.fn();
  // Jest's own processes share our group: only the mark counts here.
  prepare({ clear });
  const generation = tools.generations.get(1);
  if (generation) generation.pid = 2 ** 30;
  expect(await runEffect(createSweep(tools), { generation: 1 }).first()).toMatchObject({ type: 'SWEPT', generation: 1 });
  expect(clear).toHaveBeenCalledTimes(1);
  expect(tools.generations.get(1)).toBeUndefined();
});

test('a generation that never had a process has nothing to sweep', async () => {
  const bare = makeTools();
  bare.generations.begin(1, 1);
  expect(await runEffect(createSweep(bare), { generation: 1 }).first()).toMatchObject({ type: 'SWEPT' });
});

test('where it can not look it tries again, less and less often, and says so once', async () => {
  prepare();
  const generation = tools.generations.get(1);
  if (generation) generation.pid = 2 ** 30;
  const failing = jest.spyOn(fs, 'readdir').mockRejectedValue(Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
  const sweeping = runEffect(createSweep(tools), { generation: 1 });
  while (delays.length < 10) await new Promise(setImmediate);
  expect(sweeping.facts).toEqual([]);
  failing.mockRestore();
  expect(await sweeping.first()).toMatchObject({ type: 'SWEPT' });
  expect(delays.slice(0, 10)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  expect(tools.lines.map(({ message }) => message)).toEqual(['the sweep could not look']);
});

test('after it was left it looks no more', async () => {
  prepare();
  jest.spyOn(fs, 'readdir').mockRejectedValue(Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
  const sweeping = runEffect(createSweep(tools), { generation: 1 });
  sweeping.leave();
  await new Promise((resolve) => { setTimeout(resolve, 30); });
  expect(delays).toEqual([]);
});
