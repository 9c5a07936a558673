/** A recorded life replays without clock or effects, and tells the first step where another machine goes another way. */
import { createActor } from 'xstate';
import { lifecycle } from '../../machines/lifecycle';
import { createRecorder, parseTrace, replay, TraceError, type TraceStep } from '../../machines/trace';
import { Rig } from './support/rig';

/** Start, a crash, a restart, a hang, a stop: about forty steps. */
function life(): Rig {
  const rig = new Rig();
  rig.toBackoff().wait(2_000).again().ready().wait(30_000).probeOk().wait(30_000).probeMissed();
  rig.wait(1_000).probeMissed().wait(1_000).probeOk().probeNow().say('STOP').wait(5_000).exited({ signal: 'SIGTERM', code: null }).swept();
  return rig;
}
const steps = (ndjson: string): readonly TraceStep[] => parseTrace(ndjson).steps;
const stepOf = (ndjson: string, type: string): TraceStep => {
  const found = steps(ndjson).find(({ event }) => event.type === type);
  if (found === undefined) throw new Error(`No ${type} in the trace`);
  return found;
};

describe('recording', () => {
  it('opens with what replays it: format, machine, hash, input, version', () => {
    const { header } = parseTrace(life().trace);
    expect(header).toMatchObject({ format: 1, machine: 'backend', appVersion: 'test', seq: 0, snapshot: null });
    expect(header.hash).toMatch(/^[0-9a-f]{14}$/);
  });

  it('numbers the steps without a hole and names the source of each event', () => {
    const rig = life();
    expect(steps(rig.trace).map(({ seq }) => seq)).toEqual(steps(rig.trace).map((_, index) => index));
    expect(stepOf(rig.trace, 'START').from).toBe('ext');
    expect(steps(rig.trace).find(({ event }) => event.type.startsWith('xstate.after'))?.from).toBe('timer');
  });

  it('names the transitions and actions of the whole macrostep', () => {
    const stop = stepOf(life().trace, 'STOP');
    expect(stop.transitions).toEqual(['backend.lifecycle|STOP|1', 'backend.process.present.up|process.end|0']);
    expect(stop.actions).toContain('start ask');
  });

  it('keeps name and message of an error', () => {
    const { trace } = new Rig({ throwing: ['probe'] }).toHealthy().wait(30_000);
    expect(trace).toContain('{"$error":{"name":"Error","message":"probe is broken"}}');
    expect(replay(lifecycle, trace)).toMatchObject({ same: true });
  });

  it('marks an event that changed nothing', () => {
    const { trace } = new Rig().say('RETRY', 'START');
    expect(stepOf(trace, 'RETRY').ignored).toBe(true);
    expect(stepOf(trace, 'START').ignored).toBeUndefined();
  });

  it('leaves the policy out of the lines', () => {
    const { trace } = life();
    expect(trace.split('\n').filter((line) => line.includes('"policy"'))).toHaveLength(1);
  });

  it('measures how long an event waited', () => {
    let at = 0;
    let trace = '';
    const recorder = createRecorder({ machine: lifecycle, input: {}, appVersion: 'test', now: () => at, write: (line) => { trace += line; } });
    const actor = createActor(lifecycle, { input: {}, inspect: recorder.inspect });
    actor.subscribe(() => {
      at += 7;
      if (actor.getSnapshot().context.quit) return;
      actor.send({ type: 'QUIT' });
    });
    actor.start();
    actor.send({ type: 'STOP' });
    expect(stepOf(trace, 'QUIT').wait).toBeGreaterThan(0);
  });
});

describe('a recorder in trouble', () => {
  it('never lets a write that throws reach the app', () => {
    const recorder = createRecorder({ machine: lifecycle, input: {}, appVersion: 'test', now: () => 0, write: () => { throw new Error('disk full'); } });
    const actor = createActor(lifecycle, { input: {}, inspect: recorder.inspect }).start();
    actor.send({ type: 'STOP' });
    expect(actor.getSnapshot().value).toEqual({ process: 'none', lifecycle: 'stopped' });
    expect(recorder.lost()).toBe(2);
  });

  it('shows a lost line as a hole, which the replay reports', () => {
    const holed = life().trace.split('\n').filter((_, index) => index !== 5).join('\n');
    expect(replay(lifecycle, holed)).toMatchObject({ same: false, seq: 5, differences: [{ path: 'seq', recorded: 5, replayed: 4 }] });
  });
});

describe('replay', () => {
  it('gives the same states, context, transitions and actions', () => {
    const { trace } = life();
    expect(replay(lifecycle, trace)).toEqual({ same: true, hashMatches: true, steps: steps(trace).length });
  });

  it.each([2, 7, 12, 17, 21])('begins anywhere: a file that was begun at step %i replays by itself', (cut) => {
    const rig = new Rig();
    for (const [index, { event }] of steps(life().trace).entries()) {
      if (index === cut) rig.trace = rig.recorder.header();
      rig.actor.send(event as Parameters<typeof rig.actor.send>[0]);
    }
    expect(parseTrace(rig.trace).header.seq).toBe(cut);
    expect(replay(lifecycle, rig.trace)).toMatchObject({ same: true });
  });

  it('stops at the first step where a changed machine goes another way, and says how', () => {
    const { trace } = life();
    const result = replay(lifecycle.provide({ guards: { mayRestart: () => false } }), trace);
    expect(result).toMatchObject({ same: false, seq: stepOf(trace, 'SWEPT').seq, event: 'SWEPT' });
    expect(result.same ? [] : result.differences).toContainEqual({ path: 'value.lifecycle', recorded: 'backoff', replayed: 'fatal' });
  });

  it('reads a file whose last line was torn by a kill', () => {
    const { trace } = life();
    expect(replay(lifecycle, trace.slice(0, -20))).toMatchObject({ same: true, steps: steps(trace).length - 1 });
  });

  it.each(['', 'hello\n', '{"kind":"step"}\n', '{"kind":"header","format":99}\n'])('refuses %j', (text) => {
    expect(() => replay(lifecycle, text)).toThrow(TraceError);
  });
});
