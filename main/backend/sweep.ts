/** After the backend's end: ends whatever it started and left behind, until nothing of the generation is alive. */
import type { EffectInputs } from '../../machines/context';
import { reportingEffect, type EffectTools } from './effects';
import { signalGroup } from './process';
import { findMembers, isRunning } from './procfs';
import { GENERATION_VARIABLE } from './generations';

const AGAIN_MS = 5;

export const createSweep = (tools: EffectTools) => reportingEffect<EffectInputs['sweep']>((input, report) => {
  const { clock, generations, log } = tools;
  const generation = generations.get(input.generation);
  let timer = 0;
  let left = false;

  const conclude = (): void => {
    generations.forget(input.generation);
    tools.record.clear();
    report({ type: 'SWEPT', generation: input.generation, at: clock.now() });
  };

  const round = async (leader: number, mark: string, sinceTicks: number): Promise<void> => {
    const members = await findMembers(leader, mark, sinceTicks);
    if (left) return;
    if (members.length === 0) {
      conclude();
      return;
    }
    log.warn('the backend left processes behind', { generation: input.generation, pids: members.map(({ pid }) => pid) });
    // Start times are compared again right before: a pid alone is never enough to kill.
    for (const { pid, startTicks } of members) {
      if (!isRunning(pid, startTicks)) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It went by itself.
      }
    }
    timer = clock.setTimeout(again, AGAIN_MS);
  };

  const again = (): void => {
    if (generation?.pid === undefined || generation.pid === null) {
      conclude();
      return;
    }
    if (process.platform !== 'linux') {
      // The group is all that the system tells of there (configured, not yet run).
      if (!signalGroup(generation.pid, 'SIGKILL')) conclude();
      else timer = clock.setTimeout(again, AGAIN_MS);
      return;
    }
    round(generation.pid, `${GENERATION_VARIABLE}=${generation.mark}`, generation.startTicks).catch((error: unknown) => {
      log.error('sweep failed', { error: String(error) });
      timer = clock.setTimeout(again, AGAIN_MS);
    });
  };
  again();
  return () => {
    left = true;
    clock.clearTimeout(timer);
  };
});
