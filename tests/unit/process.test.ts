/** A spawn that fails: for good, or for now because the system was short of something. */
import childProcess, { type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createProcess } from '../../main/backend/process';
import { makeTools, runEffect } from '../support/effects';

afterEach(() => { jest.restoreAllMocks(); });

const failure = (code: string): Error => Object.assign(new Error(`spawn ${code}`), { code });

test('a missing executable fails for good, and its generation is forgotten, since nothing will sweep it', async () => {
  const tools = makeTools({ command: { development: ['/no/such/backend'] } });
  expect(await runEffect(createProcess(tools), { generation: 1, port: 1 }).first()).toMatchObject({ type: 'SPAWN_FAILED', generation: 1, reason: 'executable-missing' });
  expect(tools.generations.get(1)).toBeUndefined();
});

test.each([['EMFILE', null], ['EAGAIN', null], ['EACCES', 'not-runnable']])('%s is told after the call, without pipes: reason %j', async (code, reason) => {
  const child = Object.assign(new EventEmitter(), { pid: undefined, stdin: undefined, stdout: undefined, stderr: undefined });
  jest.spyOn(childProcess, 'spawn').mockReturnValue(child as unknown as ChildProcess);
  const tools = makeTools();
  const running = runEffect(createProcess(tools), { generation: 1, port: 1 });
  child.emit('error', failure(code));
  expect(await running.first()).toMatchObject({ type: 'SPAWN_FAILED', reason, detail: `Error: spawn ${code}` });
  expect(running.facts).toHaveLength(1);
});

test.each([['ENOMEM', null], ['E2BIG', 'not-runnable'], ['ENOTDIR', 'not-runnable']])('%s is thrown: reason %j', async (code, reason) => {
  jest.spyOn(childProcess, 'spawn').mockImplementation(() => { throw failure(code); });
  expect(await runEffect(createProcess(makeTools()), { generation: 1, port: 1 }).first()).toMatchObject({ type: 'SPAWN_FAILED', reason });
});
