/** Who holds the ports: real listeners of another process, by name, process and ports. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { takenPorts } from '../../main/backend/choosePort';
import { briefly, findPortHolders } from '../../main/backend/portHolders';

let holder: ChildProcess | undefined;
afterEach(() => { holder?.kill('SIGKILL'); });

test('numbers are written briefly', () => {
  expect(briefly([8_003, 8_001, 8_000, 8_002, 9_000, 8_000])).toBe('8000–8003, 9000');
  expect(briefly([8_000, 8_001])).toBe('8000–8001');
  expect(briefly([])).toBe('');
});

test('Scenario: Port conflict error: who holds the ports is told by name and process', async () => {
  let from = 23_000 + (process.pid % 400) * 10;
  while (takenPorts({ from, to: from + 5 })?.size !== 0) from += 10;
  const program = `let open = 0;
    for (const port of [0, 1, 2, 4]) require('node:net').createServer().listen(${from} + port, '127.0.0.1', () => { if (++open === 4) console.log('all'); });`;
  holder = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout ?? process.stdin, 'data');
  expect(await findPortHolders({ from, to: from + 5 })).toEqual([{ pid: holder.pid, name: 'node', ports: `${from}–${from + 2}, ${from + 4}` }]);
  expect(await findPortHolders({ from: from + 3, to: from + 3 })).toEqual([]);
});
