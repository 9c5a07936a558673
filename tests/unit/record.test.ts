/** A record can be written by anybody: numbers that mean "everybody" to the system are refused before anything is signalled. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bootId, readStatSync } from '../../main/backend/procfs';
import { endFormerGeneration } from '../../main/backend/record';
import { removeFolders, temporaryFolder } from '../support/folders';

afterEach(removeFolders);

test.each([[1, 'init, and with it all processes'], [0, 'our own group'], [-1, 'all processes'], [1.5, 'nobody']])('pid %p (%s)', async (pid) => {
  // Never the real one here.
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  const userData = temporaryFolder();
  writeFileSync(path.join(userData, 'generation.json'), JSON.stringify({ pid, startTicks: readStatSync(1)?.startTicks ?? 0, bootId: bootId(), mark: 'former-1' }));
  const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  endFormerGeneration(userData, log);
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  expect(kill).not.toHaveBeenCalled();
  expect(log.warn).not.toHaveBeenCalled();
  kill.mockRestore();
});
