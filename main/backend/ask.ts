/** The first rung of the stop ladder: the spec's shutdown request. How long request and exit may take is the machine's. */
import type { EffectInputs } from '../../machines/context';
import { reportingEffect, type EffectTools } from './effects';
import { exchange, failureOf } from './http';

/** A connection that breaks may be the backend leaving: its exit is heard in a moment, and then no signal is needed. */
const LEAVING_MS = 250;

export const createAsk = (tools: EffectTools) => reportingEffect<EffectInputs['ask']>((input, report) => {
  const { clock, spec } = tools;
  const generation = tools.generations.get(input.generation);
  const refused = (why: string): void => {
    tools.log.warn('the backend refused to shut down', { generation: input.generation, why });
    report({ type: 'ASK_REFUSED', generation: input.generation });
  };
  if (!generation || spec.shutdown.path === null) {
    refused('there is no shutdown route');
    return () => {};
  }
  let timer = 0;
  const cancel = exchange(clock, {
    url: `http://127.0.0.1:${generation.port}${spec.shutdown.path}`,
    method: spec.shutdown.method,
    ...(spec.identity === 'proof' && { headers: { authorization: `Bearer ${generation.token}` } }),
    timeoutMs: spec.shutdown.askMs,
  }, (answer) => {
    if (answer instanceof Error) {
      const why = failureOf(answer);
      if (why === 'ECONNREFUSED') refused(why);
      else timer = clock.setTimeout(() => { refused(why); }, LEAVING_MS);
    } else if (answer.status < 200 || answer.status > 299) refused(`status ${answer.status}`);
  });
  return () => {
    clock.clearTimeout(timer);
    cancel();
  };
});
