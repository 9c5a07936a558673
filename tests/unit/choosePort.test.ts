/** The port: the former one first, else the first that is free on 127.0.0.1, and evidence where there is none. */
import portfinder from 'portfinder';
import { choosePort, choosePortSync, createChoosePort, takenPorts } from '../../main/backend/choosePort';
import { makeTools, runEffect } from '../support/effects';
import { closeServers, serve } from '../support/servers';

afterEach(closeServers);

/** Five ports in a row that nobody uses, of a part of the range that differs by process. */
async function fivePorts(): Promise<number> {
  for (let from = 22_000 + (process.pid % 500) * 10; ; from += 10) {
    if (takenPorts({ from, to: from + 4 })?.size === 0) return from;
  }
}

describe.each([
  ['from the kernel’s table', async (...args: Parameters<typeof choosePortSync>) => await Promise.resolve(choosePortSync(...args))],
  ['by portfinder', choosePort],
] as const)('%s', (_name, choose) => {
  test('Scenario: Backend uses dynamic port allocation (macOS): the first available port is selected', async () => {
    const from = await fivePorts();
    const range = { from, to: from + 4 };
    expect(await choose(range, null, [])).toBe(from);
    await serve(() => {}, { port: from });
    await serve(() => {}, { port: from + 1 });
    expect(await choose(range, null, [])).toBe(from + 2);
  });

  test('the former port is tried first, if it is in the range, free, and not excluded', async () => {
    const from = await fivePorts();
    const range = { from, to: from + 4 };
    expect(await choose(range, from + 3, [])).toBe(from + 3);
    expect(await choose(range, from + 3, [from + 3])).toBe(from);
    expect(await choose(range, from + 9, [])).toBe(from);
    expect(await choose(range, from - 1, [])).toBe(from);
    await serve(() => {}, { port: from + 3 });
    expect(await choose(range, from + 3, [])).toBe(from);
  });

  test('excluded ports are passed over, and where nothing is left there is none', async () => {
    const from = await fivePorts();
    expect(await choose({ from, to: from + 2 }, null, [from, from + 1])).toBe(from + 2);
    await serve(() => {}, { port: from + 2 });
    expect(await choose({ from, to: from + 2 }, null, [from, from + 1])).toBeNull();
    expect(await choose({ from: from + 2, to: from + 2 }, from + 2, [])).toBeNull();
  });

  test('who listens on all addresses is in the way too', async () => {
    const from = await fivePorts();
    await serve(() => {}, { port: from, host: '0.0.0.0' });
    await serve(() => {}, { port: from + 1, host: '::' });
    expect(await choose({ from, to: from + 2 }, null, [])).toBe(from + 2);
  });
});

test('the kernel’s table: a stranger on another address is not in our way', async () => {
  const from = await fivePorts();
  await serve(() => {}, { port: from, host: '::1' });
  expect(choosePortSync({ from, to: from }, null, [])).toBe(from);
});

test('Scenario: Port conflict error: where all are in use, that is said, and the scan is logged', async () => {
  const from = await fivePorts();
  await serve(() => {}, { port: from });
  const tools = makeTools({ ports: { from, to: from + 1 } });
  const fact = await runEffect(createChoosePort(tools), { excluded: [from + 1], former: null }).first();
  expect(fact).toEqual({ type: 'NO_PORTS', detail: `Every port from ${from} to ${from + 1} on this computer is in use.` });
  expect(tools.lines).toEqual([{ level: 'error', message: 'no free port', details: { from, to: from + 1, excluded: [from + 1], taken: [from] } }]);
});

test('the first choice needs no event loop; the later ones are portfinder’s', async () => {
  const from = await fivePorts();
  const effect = createChoosePort(makeTools({ ports: { from, to: from + 1 } }));
  const finder = jest.spyOn(portfinder, 'getPortPromise');
  expect(runEffect(effect, { excluded: [], former: null }).facts).toEqual([{ type: 'PORT', port: from }]);
  expect(finder).not.toHaveBeenCalled();
  expect(await runEffect(effect, { excluded: [], former: null }).first()).toEqual({ type: 'PORT', port: from });
  expect(finder).toHaveBeenCalled();
  finder.mockRestore();
});

test('a scan that could not try says nothing of the ports: the kernel’s table decides', async () => {
  const from = await fivePorts();
  const finder = jest.spyOn(portfinder, 'getPortPromise').mockRejectedValue(Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
  const effect = createChoosePort(makeTools({ ports: { from, to: from + 1 } }));
  runEffect(effect, { excluded: [], former: null });
  expect(await runEffect(effect, { excluded: [from], former: null }).first()).toEqual({ type: 'PORT', port: from + 1 });
  finder.mockRestore();
});

test('a fixed port is a range of one', async () => {
  const from = await fivePorts();
  const effect = createChoosePort(makeTools({ ports: { fixed: from } }));
  expect(await runEffect(effect, { excluded: [], former: null }).first()).toEqual({ type: 'PORT', port: from });
  expect(await runEffect(effect, { excluded: [from], former: null }).first()).toMatchObject({ type: 'NO_PORTS' });
});

test('an answer after the state was left is not heard', async () => {
  const from = await fivePorts();
  const effect = createChoosePort(makeTools({ ports: { from, to: from } }));
  runEffect(effect, { excluded: [], former: null });
  let answer = (_port: number): void => {};
  const finder = jest.spyOn(portfinder, 'getPortPromise').mockImplementation(async () => await new Promise<number>((resolve) => { answer = resolve; }));
  const late = runEffect(effect, { excluded: [], former: null });
  late.leave();
  answer(from);
  await new Promise(setImmediate);
  expect(late.facts).toEqual([]);
  finder.mockRestore();
});
