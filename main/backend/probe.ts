/** Liveness: one probe of a backend that was healthy, reported with its number so that a late answer is known as such. */
import type { EffectInputs } from '../../machines/context';
import { reportingEffect, type EffectTools } from './effects';
import { probeHealth } from './health';

export const createProbe = (tools: EffectTools) => reportingEffect<EffectInputs['probe']>((input, report) => {
  const generation = tools.generations.get(input.generation);
  if (!generation) return () => {};
  return probeHealth(tools, generation, input.timeoutMs, (result) => {
    const facts = { generation: input.generation, probe: input.probe, at: tools.clock.now() };
    if (result.ok) {
      report({ type: 'PROBE_OK', ...facts, proof: true });
      return;
    }
    tools.log.warn('health probe missed', { ...facts, why: result.why });
    report({ type: 'PROBE_MISSED', ...facts, why: result.why });
  });
});
