/** After the backend's end: ends whatever it started and left behind, until nothing of the generation is alive. */
import type { EffectInputs } from '../../machines/context';
import { reportingEffect, type EffectTools } from './effects';
import { signalGroup } from './process';
import { findMembers, killAll, type Membership } from './procfs';
import { membershipOf } from './generations';

/** A killed process is gone in a moment; one that stays is looked at less and less often. */
const AGAIN_MS = { first: 5, last: 1_000 };

export const createSweep = (tools: EffectTools) => reportingEffect<EffectInputs['sweep']>((input, report) => {
  const { clock, generations, log } = tools;
  const generation = generations.get(input.generation);
  let timer = 0;
  let left = false;
  let againMs = AGAIN_MS.first;
  let said = '';

  const later = (): void => {
    if (left) return;
    timer = clock.setTimeout(again, againMs);
    againMs = Math.min(againMs * 2, AGAIN_MS.last);
  };
  const say = (message: string, details: object): void => {
    const text = JSON.stringify([message, details]);
    if (text !== said) log.warn(message, { generation: input.generation, ...details });
    said = text;
  };

  const conclude = (): void => {
    generations.forget(input.generation);
    tools.record.clear();
    report({ type: 'SWEPT', generation: input.generation, at: clock.now() });
  };

  const round = async (membership: Membership): Promise<void> => {
    const members = await findMembers(membership);
    if (left) return;
    if (members.length === 0) {
      conclude();
      return;
    }
    say('the backend left processes behind', { pids: members.map(({ pid }) => pid) });
    killAll(members);
    later();
  };

  const again = (): void => {
    if (generation?.pid === undefined || generation.pid === null) {
      conclude();
      return;
    }
    if (process.platform !== 'linux') {
      // The group is all that the system tells of there (configured, not yet run).
      if (!signalGroup(generation.pid, 'SIGKILL')) conclude();
      else later();
      return;
    }
    round(membershipOf(generation)).catch((error: unknown) => {
      say('the sweep could not look', { error: String(error) });
      later();
    });
  };
  again();
  return () => {
    left = true;
    clock.clearTimeout(timer);
  };
});
