/** Set-up: brings a fresh clone to where a task can run. Does nothing, in a few milliseconds, once all is there. */
import process from 'node:process';
import { endAll } from './exec.mjs';
import { electronStep, retryPinned } from './electron.mjs';
import { withLock } from './lock.mjs';
import { nodePackagesStep } from './node-packages.mjs';
import { pythonStep } from './python.mjs';
import { forwardSignals } from './signals.mjs';
import { perform } from './step.mjs';
import { systemStep } from './system.mjs';
import { checkTools } from './tools.mjs';

/**
 * @param {readonly import('../tasks.mjs').Need[]} needs
 * @param {{ again?: boolean }} [options] `again`: what was done without for want of network is tried once more
 */
export async function ensureSetUp(needs, { again = false } = {}) {
  checkTools();
  if (again) retryPinned();
  const steps = [
    nodePackagesStep,
    ...(needs.includes('python') || needs.includes('electron') ? [pythonStep] : []),
    ...(needs.includes('electron') ? [electronStep] : []),
    ...(needs.includes('system') ? [systemStep] : []),
  ];
  if (steps.every((step) => step.isDone())) return;

  const release = forwardSignals((signal) => {
    endAll();
    process.stderr.write(`\nSet-up was interrupted (${signal}); the next run takes it up again.\n`);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
  try {
    await withLock('set-up', async () => {
      for (const step of steps) if (!step.isDone()) await perform(step);
    }, (pid) => process.stderr.write(`Another set-up is under way here (process ${pid}); waiting for it.\n`));
  } finally {
    release();
  }
}
