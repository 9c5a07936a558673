/** The life of the backend, whole: one statechart, the only place that knows which state the backend is in. Does no I/O. */
import { portOf } from './context';
import { DEFAULT_POLICY } from './policy';
import { rules } from './rules';

export const lifecycle = rules.createMachine({
  id: 'backend',
  type: 'parallel',
  // An effect that throws must not end the machine. `onError` stands where no deadline would notice it.
  on: { 'xstate.error.actor.*': {} },
  context: ({ input }) => ({
    policy: input.policy ?? DEFAULT_POLICY,
    quit: false, urgent: false,
    generation: 0, probe: 0, port: null, excluded: [], pid: null, proven: false, attempt: 0,
    window: [], record: null, verdict: null, reason: null, detail: null,
    lostAt: 0, goneAt: 0, lastProbeAt: null,
  }),
  states: {
    process: {
      description: 'Fact: is there a process, and is it being ended? The stop ladder stands here, once.',
      initial: 'none',
      states: {
        none: {
          description: 'No process of ours exists.',
          entry: 'clearPid',
          on: { 'process.spawn': { target: 'present' } },
        },
        present: {
          description: 'A process of this generation exists.',
          invoke: {
            src: 'process', id: 'process', input: ({ context }) => ({ generation: context.generation, port: portOf(context) }),
            // Perhaps it runs all the same: the sweep ends whatever this generation started.
            onError: { target: 'sweeping', actions: 'raiseLost' },
          },
          initial: 'up',
          on: {
            SPAWNED: { guard: 'current', actions: 'setPid' },
            EXITED: { guard: 'current', target: 'sweeping', actions: 'raiseLost' },
            SPAWN_FAILED: [
              { guard: 'permanent', target: 'none', actions: 'raiseGone' },
              { guard: 'current', target: 'sweeping', actions: 'raiseLost' },
            ],
          },
          states: {
            up: {
              description: 'Nobody wants it gone.',
              on: { 'process.end': [{ guard: 'mayAsk', target: 'asking' }, { guard: 'mayDump', target: 'dumping' }, { target: 'terminating' }] },
            },
            asking: {
              description: 'The shutdown request is out; request and exit together have the first wait of the ladder.',
              invoke: { src: 'ask', input: ({ context }) => ({ generation: context.generation, port: portOf(context) }) },
              on: {
                ASK_REFUSED: { guard: 'current', target: 'terminating' },
                'process.hurry': { target: 'terminating' },
              },
              after: { ASK: { target: 'terminating' } },
            },
            dumping: {
              description: 'It hangs, and was asked for its stacks; a moment to write them.',
              entry: 'dump',
              on: { 'process.hurry': { target: 'terminating' } },
              after: { DUMP: { target: 'terminating' } },
            },
            terminating: {
              description: 'SIGTERM was sent to the process group.',
              entry: 'terminate',
              after: { TERM: { target: 'killing' } },
            },
            killing: {
              description: 'SIGKILL was sent to the process group.',
              entry: 'kill',
              after: { KILL: { target: 'stuck' } },
            },
            stuck: {
              description: 'It survived SIGKILL (uninterruptible I/O, for example).',
              entry: 'raiseStuck',
              on: { 'process.end': { target: 'killing' } },
            },
          },
        },
        sweeping: {
          description: 'The process is dead; what it started is being ended too.',
          invoke: { src: 'sweep', input: ({ context }) => ({ generation: context.generation }) },
          initial: 'busy',
          on: { SWEPT: { guard: 'current', target: 'none', actions: ['stampGone', 'raiseGone'] } },
          states: {
            busy: { description: 'Ending descendants.', after: { SWEEP: { target: 'stuck' } } },
            stuck: {
              description: 'A descendant survived SIGKILL.',
              entry: 'raiseStuck',
              on: { 'process.end': { target: 'busy' } },
            },
          },
        },
      },
    },
    lifecycle: {
      description: 'Wish and policy: what people see as the state of the backend.',
      initial: 'idle',
      on: {
        STOP: [{ guard: 'processNone', target: '.stopped' }, { target: '.stopping' }],
        QUIT: [
          { guard: 'processNone', target: '.stopped', actions: 'setQuit' },
          { guard: 'urgent', target: '.stopping', actions: ['setQuit', 'hurry'] },
          { target: '.stopping', actions: 'setQuit' },
        ],
        RESTART: [{ guard: 'openAndNone', target: '.starting' }, { guard: 'open', target: '.starting.evicting' }],
        'process.lost': { target: '.crashed', actions: ['recordCrash', 'stampLost'] },
        'process.stuck': { target: '.fatal', actions: 'setUnkillable' },
      },
      states: {
        idle: {
          description: 'The app has just started.',
          // No guard: QUIT leaves idle, so nobody has quit here.
          on: { START: { target: 'starting' } },
        },
        starting: {
          description: 'On the way to a healthy backend.',
          initial: 'locating',
          on: {
            'process.lost': [
              { guard: 'portTaken', target: '.moving', actions: 'excludePort' },
              { target: 'crashed', actions: ['recordCrash', 'stampLost'] },
            ],
          },
          states: {
            locating: {
              description: 'Is the executable there, and made for this machine?',
              invoke: { src: 'locate', input: () => ({}) },
              on: {
                LOCATED: { target: 'choosingPort' },
                NOT_LOCATED: { target: '#backend.lifecycle.fatal', actions: 'setReason' },
              },
              after: { PREFLIGHT: { target: '#backend.lifecycle.fatal', actions: 'setNotRunnable' } },
            },
            choosingPort: {
              description: 'Looking for a free port; the former one first.',
              invoke: { src: 'choosePort', input: ({ context }) => ({ excluded: context.excluded, former: context.port }) },
              on: {
                PORT: { target: 'spawning', actions: 'setPort' },
                NO_PORTS: { target: '#backend.lifecycle.fatal', actions: 'setNoPorts' },
              },
              after: { PREFLIGHT: { target: '#backend.lifecycle.fatal', actions: 'setNoPorts' } },
            },
            spawning: {
              description: 'A new generation begins.',
              entry: ['newGeneration', 'spawn'],
              on: {
                SPAWNED: { guard: 'current', target: 'probing' },
                SPAWN_FAILED: { guard: 'permanent', target: '#backend.lifecycle.fatal', actions: 'setReason' },
              },
            },
            probing: {
              description: 'Waiting for the first 200 with this generation’s proof.',
              invoke: { src: 'awaitReady', input: ({ context }) => ({ generation: context.generation, port: portOf(context) }) },
              on: { READY: { guard: 'proven', target: '#backend.lifecycle.healthy', actions: ['markProven', 'stampProbe'] } },
              initial: 'patient',
              states: {
                patient: { description: 'Within the time a start may take.', after: { SLOW: { target: 'slow' } } },
                slow: {
                  description: 'Longer than a start should take; the person decides, and polling goes on.',
                  on: { KEEP_WAITING: { target: 'patient' } },
                },
              },
            },
            evicting: {
              description: 'A restart was asked for; the old process goes first.',
              entry: 'end',
              on: { 'process.lost': {}, 'process.gone': { target: 'locating' }, RESTART: {} },
            },
            moving: {
              description: 'Somebody else took the port; on to the next one. Not a crash.',
              on: { 'process.gone': { target: 'choosingPort' } },
            },
          },
        },
        healthy: {
          description: 'The backend answers.',
          entry: 'noAttempt',
          initial: 'resting',
          states: {
            resting: {
              description: 'Until the next liveness probe.',
              after: { LIVENESS: { target: 'checking' } },
              on: {
                PROBE_NOW: { guard: 'notTooSoon', target: 'checking', actions: 'stampProbe' },
                RESUME: { target: 'checking' },
              },
            },
            checking: {
              description: 'A liveness probe is out.',
              entry: 'nextProbe',
              invoke: {
                src: 'probe',
                input: ({ context }) => ({
                  generation: context.generation, port: portOf(context), probe: context.probe, timeoutMs: context.policy.liveness.timeoutMs,
                }),
                onError: { target: '#backend.lifecycle.unhealthy' },
              },
              on: {
                // A 200 without the proof is somebody else's: a miss.
                PROBE_OK: [
                  { guard: 'provenProbe', target: 'resting', actions: 'stampProbe' },
                  { guard: 'currentProbe', target: '#backend.lifecycle.unhealthy' },
                ],
                PROBE_MISSED: { guard: 'currentProbe', target: '#backend.lifecycle.unhealthy' },
                // A probe that spanned a sleep says nothing: begin a new one.
                RESUME: { target: 'checking', reenter: true },
              },
            },
          },
        },
        unhealthy: {
          description: 'One liveness probe was missed.',
          after: { RECONNECT_GAP: { target: 'reconnecting' } },
          on: { RESUME: { target: 'reconnecting' } },
        },
        reconnecting: {
          description: 'Trying to reach the backend again before it is replaced.',
          entry: 'firstAttempt',
          initial: 'attempting',
          states: {
            attempting: {
              description: 'A reconnect probe is out.',
              entry: 'nextProbe',
              invoke: {
                src: 'probe',
                input: ({ context }) => ({
                  generation: context.generation, port: portOf(context), probe: context.probe, timeoutMs: context.policy.reconnect.timeoutMs,
                }),
                onError: [{ guard: 'lastAttempt', target: 'replacing', actions: 'recordCrash' }, { target: 'pausing' }],
              },
              on: {
                PROBE_OK: [
                  { guard: 'provenProbe', target: '#backend.lifecycle.healthy', actions: 'stampProbe' },
                  { guard: 'lastMiss', target: 'replacing', actions: 'recordCrash' },
                  { guard: 'currentProbe', target: 'pausing' },
                ],
                PROBE_MISSED: [
                  { guard: 'lastMiss', target: 'replacing', actions: 'recordCrash' },
                  { guard: 'currentProbe', target: 'pausing' },
                ],
                RESUME: { target: 'attempting', reenter: true, actions: 'firstAttempt' },
              },
            },
            pausing: {
              description: 'Until the next attempt.',
              after: { RECONNECT_GAP: { target: 'attempting', actions: 'nextAttempt' } },
              on: { RESUME: { target: 'attempting', actions: 'firstAttempt' } },
            },
            replacing: {
              description: 'All attempts missed: the process is ended without being asked.',
              entry: 'endHard',
              on: { RESTART: [{ guard: 'openAndMayRestart', target: '#backend.lifecycle.starting.evicting' }, {}] },
            },
          },
        },
        crashed: {
          description: 'The process ended although nobody asked it to; what it started is being swept.',
          on: {
            'process.gone': [{ guard: 'mayRestart', target: 'backoff' }, { target: 'fatal', actions: 'setVerdict' }],
            RESTART: [{ guard: 'openAndMayRestart', target: 'starting.evicting' }, {}],
          },
        },
        backoff: {
          description: 'A short wait before the restart.',
          after: { BACKOFF_LEFT: { target: 'starting' } },
        },
        fatal: {
          description: 'No further try without a person: the page says why and offers Retry.',
          exit: 'forgive',
          on: {
            RETRY: [{ guard: 'openAndNone', target: 'starting' }, { guard: 'open', target: 'starting.evicting' }],
            RESTART: {},
            'process.lost': {},
            'process.stuck': {},
          },
        },
        stopping: {
          description: 'The stop ladder runs: ask, SIGTERM, SIGKILL.',
          entry: 'end',
          on: {
            START: { guard: 'open', target: 'starting.evicting' },
            'process.lost': {},
            'process.gone': { target: 'stopped' },
          },
        },
        stopped: {
          description: 'Ended because somebody wanted it; no process is left.',
          on: { START: { guard: 'open', target: 'starting' } },
        },
      },
    },
  },
});

export type LifecycleMachine = typeof lifecycle;
