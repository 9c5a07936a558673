/** Machines with one bug each: whoever judges histories must find every one of them. */
import { assign } from 'xstate';
import { lifecycle, type LifecycleMachine } from '../../../machines/lifecycle';
import { rules } from '../../../machines/rules';

interface Node {
  initial?: string;
  entry?: unknown;
  exit?: unknown;
  on?: Record<string, unknown>;
  after?: Record<string, unknown>;
  invoke?: Record<string, unknown>;
  states?: Record<string, Node>;
}

function copy<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copy) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)])) as Value;
}

/** The machine with one state of its definition changed. */
function changed(path: string, change: (node: Required<Node>) => void): LifecycleMachine {
  const config: unknown = copy(lifecycle.config);
  let node = config as Node;
  for (const key of path.split('.').filter(Boolean)) {
    const child = node.states?.[key];
    if (child === undefined) throw new Error(`No state ${path}`);
    node = child;
  }
  node.on ??= {};
  change(node as Required<Node>);
  return rules.createMachine(config as Parameters<typeof rules.createMachine>[0]) as unknown as LifecycleMachine;
}

/** The machine with some numbers of its policy changed, whatever policy it is given. */
function withPolicy(path: 'restart' | 'liveness' | 'reconnect', numbers: Readonly<Record<string, number>>): LifecycleMachine {
  return changed('', (root) => {
    const holder = root as unknown as { context: (args: { input: object }) => { policy: Record<string, object> } };
    const { context } = holder;
    holder.context = (args) => {
      const given = context(args);
      return { ...given, policy: { ...given.policy, [path]: { ...given.policy[path], ...numbers } } };
    };
  });
}

type Provided = Parameters<LifecycleMachine['provide']>[0];
const provided = (what: Provided) => (): LifecycleMachine => lifecycle.provide(what);
const isCurrent = ({ context, event }: { context: { generation: number }; event: object }): boolean =>
  'generation' in event && event.generation === context.generation;
const isCurrentProbe = ({ context, event }: { context: { generation: number; probe: number }; event: object }): boolean =>
  isCurrent({ context, event }) && 'probe' in event && event.probe === context.probe;

/** Name of the bug → the machine that has it. Made when asked for: building a machine costs milliseconds. */
export const PLANTED: Readonly<Record<string, () => LifecycleMachine>> = {
  // The process region: fact.
  'an exit of any generation is heard': provided({ guards: { current: () => true } }),
  'SIGKILL waits 20 s': provided({ delays: { TERM: 20_000 } }),
  'SIGTERM waits 4 s only': provided({ delays: { ASK: 4_000 } }),
  'SIGKILL is never sent': () => changed('process.present.terminating', (node) => { node.after = { TERM: { target: 'stuck' } }; }),
  'nobody gives up after SIGKILL': () => changed('process.present.killing', (node) => { node.after = {}; }),
  'unkillable is never said': () => changed('process.present.stuck', (node) => { node.entry = []; }),
  'unkillable is said at once': provided({ delays: { KILL: 0 } }),
  'a stuck process is left alone by STOP': () => changed('process.present.stuck', (node) => { node.on = {}; }),
  'a second stop sends SIGTERM again': () => changed('process.present.terminating', (node) => { node.on['process.end'] = { target: 'terminating', reenter: true }; }),
  'a second stop cuts the asking short': () => changed('process.present.asking', (node) => { node.on['process.end'] = { target: 'terminating' }; }),
  'a refusal is not heard': () => changed('process.present.asking', (node) => { delete node.on['ASK_REFUSED']; }),
  'an unproven backend is asked': provided({ guards: { mayAsk: ({ context, event }) => event.type === 'process.end' && !event.hard && !context.urgent } }),
  'a hung backend is asked': provided({ guards: { mayAsk: ({ context, event }) => event.type === 'process.end' && !context.urgent && context.proven } }),
  'a backend is asked while the system shuts down': provided({ guards: { mayAsk: ({ context, event }) => event.type === 'process.end' && !event.hard && context.proven } }),
  'a hung backend is not asked for its stacks': provided({ guards: { mayDump: () => false } }),
  'a backend that does not hang is asked for its stacks': provided({ guards: { mayDump: () => true } }),
  'SIGTERM does not wait for the stacks': provided({ delays: { DUMP: 0 } }),
  'an urgent QUIT waits for the stacks': () => changed('process.present.dumping', (node) => { node.on = {}; }),
  'a second stop cuts the stacks short': () => changed('process.present.dumping', (node) => { node.on['process.end'] = { target: 'terminating' }; }),
  'nobody is asked': provided({ guards: { mayAsk: () => false } }),
  'the sweep is left out': () => changed('process.present', (node) => { node.on['EXITED'] = { guard: 'current', target: 'none', actions: ['raiseLost', 'raiseGone'] }; }),
  'the sweep has no deadline': () => changed('process.sweeping.busy', (node) => { node.after = {}; }),
  'a stuck sweep is left alone by STOP': () => changed('process.sweeping.stuck', (node) => { node.on = {}; }),
  'a sweep is stuck for good': () => changed('process.sweeping', (node) => { node.on = {}; }),
  'a hopeless spawn is tried again': provided({ guards: { permanent: () => false } }),
  'an action throws': provided({ actions: { stampLost: () => { throw new Error('planted'); } } }),
  'the port is forgotten': provided({ actions: { setPort: () => undefined } }),
  // Commands.
  'stopped is said before the process is gone': provided({ guards: { processNone: () => true } }),
  'STOP is over when the process is dead, not swept': () => changed('lifecycle.stopping', (node) => { node.on['process.lost'] = { target: 'stopped' }; }),
  'STOP forgets to end the process': () => changed('lifecycle.stopping', (node) => { node.entry = []; }),
  'STOP is not heard while starting': () => changed('lifecycle.starting', (node) => { node.on['STOP'] = {}; }),
  'STOP is not heard while crashed': () => changed('lifecycle.crashed', (node) => { node.on['STOP'] = {}; }),
  'START is not heard while stopping': () => changed('lifecycle.stopping', (node) => { delete node.on['START']; }),
  'START is heard in fatal': () => changed('lifecycle.fatal', (node) => { node.on['START'] = { guard: 'openAndNone', target: 'starting' }; }),
  'RESTART is heard in fatal': () => changed('lifecycle.fatal', (node) => { delete node.on['RESTART']; }),
  'RETRY starts beside a stuck process': () => changed('lifecycle.fatal', (node) => { node.on['RETRY'] = { guard: 'open', target: 'starting' }; }),
  'RESTART does not end the old process': () => changed('lifecycle.starting.evicting', (node) => { node.entry = []; }),
  'RESTART counts as a crash': () => changed('lifecycle.starting.evicting', (node) => { delete node.on['process.lost']; }),
  'RESTART goes on before the sweep': () => changed('lifecycle.starting.evicting', (node) => { node.on['process.lost'] = { target: 'locating' }; }),
  'RESTART mends a spent budget': provided({ guards: { openAndMayRestart: ({ context }) => !context.quit } }),
  'QUIT is forgotten': provided({ actions: { setQuit: () => undefined } }),
  'QUIT does not keep the door shut': provided({ guards: { open: () => true } }),
  'an urgent QUIT waits for the asking of a stop': () => changed('lifecycle.stopping', (node) => { node.on['QUIT'] = { actions: 'setQuit' }; }),
  'an urgent QUIT waits for the asking of a restart': () => changed('lifecycle', (node) => {
    node.on['QUIT'] = [{ guard: 'processNone', target: '.stopped', actions: 'setQuit' }, { target: '.stopping', actions: 'setQuit' }];
  }),
  'Keep Waiting does nothing': () => changed('lifecycle.starting.probing.slow', (node) => { node.on = {}; }),
  // Starting.
  'the search for the executable has no deadline': () => changed('lifecycle.starting.locating', (node) => { node.after = {}; }),
  'slow is said at 29 s': provided({ delays: { SLOW: 29_000 } }),
  'a mistyped delay fires at once': () => changed('lifecycle.healthy.resting', (node) => { node.after = { LIVENES: { target: 'checking' } }; }),
  'a stranger’s 200 is a start': provided({ guards: { proven: isCurrent } }),
  'an old generation’s proof is a start': provided({ guards: { proven: ({ event }) => 'proof' in event && event.proof } }),
  'the proof of the generation before is enough': provided({
    actions: { newGeneration: assign(({ context }) => ({ generation: context.generation + 1, pid: null, attempt: 0, verdict: null })) },
  }),
  'the next port does not wait for the sweep': () => changed('lifecycle.starting', (node) => {
    node.on['process.lost'] = [{ guard: 'portTaken', target: '.choosingPort', actions: 'excludePort' }, { target: 'crashed', actions: ['recordCrash', 'stampLost'] }];
  }),
  'a port that is taken is a crash': provided({ guards: { portTaken: () => false } }),
  'a healthy backend that says "port taken" moves on': () => changed('lifecycle.healthy', (node) => { node.on['process.lost'] = { guard: 'portTaken', target: '#backend.lifecycle.starting.moving', actions: 'excludePort' }; }),
  'the taken port is tried again': provided({ actions: { excludePort: () => undefined } }),
  'taken ports are never forgiven': provided({ actions: { markProven: assign({ proven: true, attempt: 0 }) } }),
  // Health.
  'a probe’s answer counts without the proof': provided({ guards: { provenProbe: isCurrentProbe } }),
  'a 200 without the proof is nothing at all': () => changed('lifecycle.healthy.checking', (node) => { node.on['PROBE_OK'] = { guard: 'provenProbe', target: 'resting', actions: 'stampProbe' }; }),
  'an abandoned probe’s miss is heard': provided({ guards: { currentProbe: isCurrent } }),
  'an abandoned probe’s answer is heard': provided({ guards: { provenProbe: ({ context, event }) => isCurrent({ context, event }) && 'proof' in event && event.proof } }),
  'liveness is probed every 31 s': provided({ delays: { LIVENESS: 31_000 } }),
  'attempts are 2 s apart': provided({ delays: { RECONNECT_GAP: 2_000 } }),
  'two attempts are enough': () => withPolicy('reconnect', { attempts: 2 }),
  'four attempts are needed': () => withPolicy('reconnect', { attempts: 4 }),
  'attempts are not counted': provided({ actions: { nextAttempt: () => undefined } }),
  'a second time of reconnecting goes on counting': () => changed('lifecycle.reconnecting', (node) => { node.entry = []; }),
  'a probe that spanned a sleep counts': () => changed('lifecycle.healthy.checking', (node) => { delete node.on['RESUME']; }),
  'an attempt that spanned a sleep counts': () => changed('lifecycle.reconnecting.attempting', (node) => { delete node.on['RESUME']; }),
  'RESUME goes on counting attempts': () => changed('lifecycle.reconnecting.pausing', (node) => { node.on['RESUME'] = { target: 'attempting', actions: 'nextAttempt' }; }),
  'RESUME does not probe': () => changed('lifecycle.healthy.resting', (node) => { delete node.on['RESUME']; }),
  'PROBE_NOW is heard as often as it comes': provided({ guards: { notTooSoon: () => true } }),
  'PROBE_NOW is never heard': provided({ guards: { notTooSoon: () => false } }),
  'a liveness probe has 2 s': () => withPolicy('liveness', { timeoutMs: 2_000 }),
  'a hung backend is not ended': () => changed('lifecycle.reconnecting.replacing', (node) => { node.entry = []; }),
  // Crashes.
  'a hang is no crash before the exit': () => changed('lifecycle.reconnecting.attempting', (node) => {
    node.on['PROBE_MISSED'] = [{ guard: 'lastMiss', target: 'replacing', actions: 'stampProbe' }, { guard: 'currentProbe', target: 'pausing', actions: 'stampProbe' }];
  }),
  'a hang counts at the verdict and at the exit': () => changed('lifecycle.reconnecting.replacing', (node) => { node.on['process.lost'] = { target: '#backend.lifecycle.crashed', actions: ['countTwice', 'stampLost'] }; })
    .provide({ actions: { countTwice: assign(({ context, event }: { context: { window: readonly number[] }; event: object }) => ({ window: [...context.window, 'at' in event ? Number(event.at) : 0] })) } } as unknown as Provided),
  'an exit is not recorded': provided({ actions: { recordCrash: () => undefined } }),
  'STOP erases the record': () => changed('lifecycle.stopped', (node) => { node.entry = 'eraseRecord'; })
    .provide({ actions: { eraseRecord: assign({ record: null }) } } as unknown as Provided),
  'the window ends 1 ms too early': () => withPolicy('restart', { windowMs: 299_999 }),
  'the window ends 1 ms too late': () => withPolicy('restart', { windowMs: 300_001 }),
  'the window never slides': () => withPolicy('restart', { windowMs: 1e12 }),
  'the second crash is fatal': () => withPolicy('restart', { budget: 2 }),
  'the fourth crash is fatal': () => withPolicy('restart', { budget: 4 }),
  'a crash never ends in fatal': provided({ guards: { mayRestart: () => true } }),
  'RETRY does not clear the window': () => changed('lifecycle.fatal', (node) => { node.exit = []; }),
  'the wait is left out': provided({ delays: { BACKOFF_LEFT: 0 } }),
  'the sweep adds to the wait': provided({ delays: { BACKOFF_LEFT: 2_000 } }),
  'the restart does not wait for the sweep': () => changed('lifecycle', (node) => { node.on['process.lost'] = { target: '.backoff', actions: ['recordCrash', 'stampLost'] }; }),
  'what no restart can mend is restarted': provided({ guards: { mayRestart: ({ context }) => context.window.length < context.policy.restart.budget } }),
  'an unkillable process that dies at last is a crash': () => changed('lifecycle.fatal', (node) => { delete node.on['process.lost']; }),
};
