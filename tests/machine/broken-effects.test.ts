/** An effect that throws is a bug of ours; the machine outlives it, and does not hang. */
import { createActor, type AnyActorLogic } from 'xstate';
import { lifecycle } from '../../machines/lifecycle';
import { EFFECTS, Rig } from './support/rig';

describe('an effect that throws', () => {
  it.each(EFFECTS)('%s: the machine goes on to a state with a way out', (effect) => {
    const rig = new Rig({ throwing: [effect] }).toHealthy().wait(30_000).probeOk().say('STOP').exited().wait(30_000).say('STOP').wait(30_000);
    expect(rig.errors).toEqual([]);
    expect(rig.actor.getSnapshot().status).toBe('active');
    expect(['stopped', 'fatal']).toContain(rig.status.state);
  });

  it('locate and choosePort end in fatal by their deadline', () => {
    expect(new Rig({ throwing: ['locate'] }).say('START').wait(10_000).status.reason).toBe('not-runnable');
    expect(new Rig({ throwing: ['choosePort'] }).say('START').located().wait(10_000).status.reason).toBe('no-ports');
  });

  it('process is a crash, swept and tried again until the budget is spent', () => {
    const rig = new Rig({ throwing: ['process'] }).say('START').located().port();
    expect([rig.state, rig.process]).toEqual(['crashed', 'sweeping.busy']);
    expect(rig.status.crash).toMatchObject({ generation: 1, cause: 'could not be started: process is broken' });
    rig.swept().wait(2_000).located().port().swept().wait(2_000).located().port().swept();
    expect(rig.status).toMatchObject({ state: 'fatal', reason: 'crash-budget', crashes: 3 });
  });

  it('process: what was thrown need not be an error', () => {
    const rig = new Rig().say('START').located().port();
    rig.actor.send({ type: 'xstate.error.actor.process', error: 'odd' } as unknown as Parameters<typeof rig.actor.send>[0]);
    expect(rig.status.crash?.cause).toBe('could not be started: an effect failed');
  });

  it('process: the wait is 2 s at most, also late in a life', () => {
    const rig = new Rig({ throwing: ['process'] }).wait(900_000).say('START').located().port().swept();
    expect(rig.status).toMatchObject({ state: 'backoff', crashes: 1 });
    expect(rig.status.nextTryInMs).toBeLessThanOrEqual(2_000);
  });

  it('probe is a miss: the backend is replaced', () => {
    const rig = new Rig({ throwing: ['probe'] }).toHealthy().wait(30_000);
    expect(rig.state).toBe('unhealthy');
    rig.wait(1_000);
    expect(rig.status).toMatchObject({ subState: 'pausing', attempt: 1 });
    rig.wait(1_000).wait(1_000);
    expect([rig.state, rig.process]).toEqual(['reconnecting.replacing', 'present.terminating']);
    expect(rig.exited({ signal: 'SIGTERM', code: null }).status).toMatchObject({ state: 'crashed', crashes: 1 });
  });

  it('ask goes on to SIGTERM after its 5 s', () => {
    expect(new Rig({ throwing: ['ask'] }).toHealthy().say('STOP').wait(5_000).process).toBe('present.terminating');
  });

  it('sweep says unkillable after its 3 s', () => {
    expect(new Rig({ throwing: ['sweep'] }).toCrashed().wait(3_000).status.reason).toBe('unkillable');
  });
});

describe('an effect that nobody provided', () => {
  it.each(EFFECTS)('%s says so', (effect) => {
    const errors: unknown[] = [];
    const actor = createActor(lifecycle.implementations.actors[effect] as AnyActorLogic, { input: {} });
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    expect(errors).toEqual([new Error(`The effect "${effect}" was not provided`)]);
  });
});
