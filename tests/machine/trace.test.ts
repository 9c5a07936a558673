/** A recorded life replays without clock or effects, and tells the first step where another machine goes another way. */
import { assign, createActor, fromCallback, setup, type AnyEventObject, type AnyStateMachine } from 'xstate';
import { lifecycle } from '../../machines/lifecycle';
import { rules } from '../../machines/rules';
import { createRecorder, machineHash, parseTrace, replay, TraceError, type TraceStep } from '../../machines/trace';
import { SimulatedClock } from './support/clock';
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

/** A machine small enough to show each way in which a step can do something, or nothing. */
const toy = setup({ actions: { play: () => undefined, count: assign(({ context }) => ({ count: Number(context['count']) + 1 })) } }).createMachine({
  id: 'toy', context: { count: 0 }, initial: 'here',
  states: { here: { on: { MOVE: { target: 'there' }, COUNT: { actions: 'count' }, PLAY: { actions: 'play' }, NOTHING: {} } }, there: {} },
});

function recorded({ machine = lifecycle, now = () => 0 }: { readonly machine?: AnyStateMachine; readonly now?: () => number } = {}) {
  let text = '';
  const record = createRecorder({ machine, input: {}, appVersion: 'test', now, write: (line) => { text += line; } });
  return { record, trace: () => text };
}

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

  it('names what XState does by verb and object', () => {
    const { trace } = new Rig().toHealthy().say('STOP').wait(5_000);
    expect(stepOf(trace, 'STOP').actions).toEqual([
      'cancel xstate.after.LIVENESS.backend.lifecycle.healthy.resting', 'raise process.end',
      'arm xstate.after.ASK.backend.process.present.asking 5000', 'start ask',
    ]);
    expect(stepOf(trace, 'xstate.after.ASK.backend.process.present.asking').actions).toEqual([
      'cancel xstate.after.ASK.backend.process.present.asking', 'stop 0.backend.process.present.asking', 'send SIGTERM to process',
      'arm xstate.after.TERM.backend.process.present.terminating 2000',
    ]);
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

  it('says when a step was, and how long its event had waited, to a tenth of a millisecond', () => {
    let at = 1_000;
    const { record, trace } = recorded({ now: () => at });
    const actor = createActor(lifecycle, { input: {}, clock: new SimulatedClock(), inspect: record.inspect });
    actor.subscribe(() => {
      const { value, context } = actor.getSnapshot();
      if (value.lifecycle !== 'stopped' || context.quit) return;
      actor.send({ type: 'QUIT' });
      at += 3.27;
    });
    at = 1_007;
    actor.start().send({ type: 'STOP' });
    expect(stepOf(trace(), 'QUIT')).toMatchObject({ t: 10.3, wait: 3.3 });
  });

  it('names the child that reported', () => {
    const { record, trace } = recorded();
    const locate = fromCallback<AnyEventObject, Record<string, never>>(({ sendBack }) => { sendBack({ type: 'LOCATED' }); });
    createActor(lifecycle.provide({ actors: { locate } }), { input: {}, clock: new SimulatedClock(), inspect: record.inspect }).start().send({ type: 'START' });
    expect(stepOf(trace(), 'LOCATED').from).toBe('0.backend.lifecycle.starting.locating');
  });

  it.each([['MOVE', undefined], ['COUNT', undefined], ['PLAY', undefined], ['NOTHING', true], ['UNKNOWN', true]])('takes %s for ignored: %j', (type, ignored) => {
    const { record, trace } = recorded({ machine: toy });
    createActor(toy, { inspect: record.inspect }).start().send({ type });
    expect(stepOf(trace(), type).ignored).toBe(ignored);
  });

  it('names actions of one’s own', () => {
    const { record, trace } = recorded({ machine: toy });
    createActor(toy, { inspect: record.inspect }).start().send({ type: 'PLAY' });
    expect(stepOf(trace(), 'PLAY').actions).toEqual(['play']);
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

  it('costs an event its times, not its line, where the clock fails once', () => {
    let reads = 0;
    const { record, trace } = recorded({ now: () => {
      reads += 1;
      // The first read is the recorder's own, the second that of the machine's first step.
      if (reads === 3) throw new Error('no clock');
      return reads;
    } });
    const actor = createActor(lifecycle, { input: {}, clock: new SimulatedClock(), inspect: record.inspect }).start();
    actor.send({ type: 'STOP' });
    expect(stepOf(trace(), 'STOP')).toMatchObject({ from: 'ext', wait: 0 });
    expect(record.lost()).toBe(1);
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

  it('replays what an effect threw, its name and words included', () => {
    const { trace } = new Rig({ throwing: ['process'] }).say('START').located().port();
    expect(stepOf(trace, 'xstate.error.actor.process').event['error']).toEqual(new Error('process is broken'));
    expect(replay(lifecycle, trace)).toMatchObject({ same: true });
    expect(replay(lifecycle, trace.replace('"message":"process is broken"', '"message":"another"'))).toMatchObject({
      same: false, differences: [{ path: 'ctx.record.cause', recorded: 'could not be started: process is broken', replayed: 'could not be started: another' }],
    });
    const [error] = parseTrace(trace.replace('"name":"Error"', '"name":"RangeError"')).steps.flatMap(({ event }) => ('error' in event ? [event['error']] : []));
    expect(error).toMatchObject({ name: 'RangeError', message: 'process is broken' });
  });

  it('replays the end that somebody made', () => {
    const rig = new Rig().toHealthy();
    rig.actor.stop();
    expect(stepOf(rig.trace, 'xstate.stop').status).toBe('stopped');
    expect(replay(lifecycle, rig.trace)).toMatchObject({ same: true, steps: steps(rig.trace).length });
  });

  it('shows a state that has become another kind of state as a whole', () => {
    const trace = life().trace.replace('"lifecycle":{"starting":"locating"}', '"lifecycle":"elsewhere"');
    expect(replay(lifecycle, trace)).toMatchObject({ same: false, differences: [{ path: 'value.lifecycle', recorded: 'elsewhere', replayed: { starting: 'locating' } }] });
  });

  it('says whether the machine is the one that was recorded', () => {
    const other = rules.createMachine({ ...lifecycle.config, description: 'of another day' } as unknown as Parameters<typeof rules.createMachine>[0]);
    expect(replay(other, life().trace)).toMatchObject({ same: true, hashMatches: false });
  });

  it('knows a machine by a hash that never changes: records outlive versions', () => {
    expect(machineHash(toy)).toBe('047faec1616859');
  });

  it('passes over lines of a kind that it does not know', () => {
    const { trace } = life();
    expect(replay(lifecycle, `${trace}{"kind":"note"}\n`)).toMatchObject({ same: true });
  });

  it.each([
    ['', 'The first line is no trace header'],
    ['{"kind":"step"}\n', 'The first line is no trace header'],
    ['hello\n', 'Line 1 is not JSON'],
    ['{"kind":"header","format":1}\nhello\n', 'Line 2 is not JSON'],
    ['{"kind":"header","format":99}\n', 'Trace format 99 is not 1'],
  ])('refuses %j', (text, message) => {
    expect(() => replay(lifecycle, text)).toThrow(expect.objectContaining({ name: 'TraceError', message }) as Error);
    expect(() => replay(lifecycle, text)).toThrow(TraceError);
  });

  it('says what is wrong with a line', () => {
    expect(() => parseTrace('hello\n')).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) as Error }) as Error);
  });
});
