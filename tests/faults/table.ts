/** The faults, what must come of each, and the tests that show it; `npm run faults` runs them and prints this table. */

/** T1: the machine, on a simulated clock. T2: the real supervisor with real processes. T3: the real app at full times. */
export type Level = 'T1' | 'T2' | 'T3';

/**
 * A file, and a test's full title in it as its source has it: `%s` and the like stand for what `each` fills in. Without the first words
 * "Scenario:" and "Towards", which say how much of a requirement it shows and not what of a fault.
 */
export interface Shown { readonly file: string; readonly title: string }
/** Not shown yet, and why. */
export interface Open { readonly open: string }
export type Evidence = Shown | Open;

export interface Fault {
  readonly number: number;
  readonly fault: string;
  readonly expected: string;
  /** What may be both shown in part and open in part has both. */
  readonly levels: Readonly<Partial<Record<Level, readonly Evidence[]>>>;
}

const shown = (folder: string) => (name: string, ...titles: readonly string[]): readonly Shown[] =>
  titles.map((title) => ({ file: `${folder}/${name}`, title }));
const machine = shown('tests/machine');
const unit = shown('tests/unit');
const real = shown('tests/process');
const app = shown('tests/e2e');
const security = shown('tests/security');
const python = shown('backend-spec/tests');


const row = (number: number, fault: string, expected: string, levels: Fault['levels']): Fault => ({ number, fault, expected, levels });

export const FAULTS: readonly Fault[] = [
  row(1, 'exits 1 before ready', '3 spawns, 2 s apart, fatal', {
    T1: machine('crashes.test.ts', 'Automatic restart on crash gives up at the third crash within five minutes', 'Automatic restart on crash waits exactly 2 s from the exit, then restarts'),
    T2: real('lifecycle.test.ts', 'Automatic restart on crash: three spawns, then fatal; RETRY clears the budget'),
  }),
  row(2, 'import error with traceback', 'same; the traceback is shown and logged', {
    T2: [
      ...real('lifecycle.test.ts', 'what the backend printed before it crashed is the evidence'),
      ...unit('logs.test.ts', 'Python runtime error: a failed start is in backend_errors.log with code, signal, cause and stderr'),
    ],
    T3: app('trouble.test.ts', 'Python runtime error: the stack trace in debug mode, View Full Logs, and backend_errors.log'),
  }),
  row(3, 'exit 0, not asked for', 'crash, not stopped', { T2: real('lifecycle.test.ts', 'exit 0 that nobody asked for is a crash') }),
  row(4, 'SIGSEGV, out-of-memory kill', 'crash, signal named', { T2: real('lifecycle.test.ts', 'signal %i is named: %s') }),
  row(5, 'port open, never ready', 'slow at 30.0 s; dialog; Keep Waiting adds 30 s', {
    T1: machine('startup.test.ts', 'Backend startup timeout says so at exactly 30.0 s', 'Backend startup timeout extends the time by 30 s for each "Keep Waiting", without a second poller'),
    T2: real('lifecycle.test.ts', 'Backend startup timeout: slow is said, polling goes on, Keep Waiting gives the same time again'),
    T3: app('trouble.test.ts', 'Backend startup timeout: after 30 s the dialog; View Logs keeps it, Keep Waiting gives another 30 s, and it closes by itself'),
  }),
  row(6, 'ready at poll 60 / just after', 'healthy / slow, then healthy and the dialog closes', {
    T1: machine('startup.test.ts', 'Health check during startup is healthy by an answer to the 60th poll, and slow right after it',
      'Backend startup timeout goes on polling behind the dialog, and is healthy as soon as the backend answers'),
  }),
  row(7, 'executable missing', 'fatal, 0 restarts, path and folder listing logged', {
    T2: real('preflight.test.ts', 'Backend executable missing: the words of the requirements, the expected path and the folder’s contents'),
    T3: [
      ...app('selfTest.test.ts', 'Backend executable missing: fatal at once, with the expected path'),
      ...app('trouble.test.ts', 'Backend executable missing: the dialog, Download Installer, path and folder in the log; the page closes the dialog'),
    ],
  }),
  row(8, 'not executable', 'fatal, 0 restarts', { T2: real('preflight.test.ts', 'an executable that is %s is fatal before any spawn') }),
  row(9, 'wrong architecture, truncated, empty, a folder', 'fatal before any restart', {
    T2: real('preflight.test.ts', 'an executable that is %s is fatal before any spawn',
      'in the packaged form the executable is held to what was built: %s it is fatal before any spawn'),
  }),
  row(10, 'spawn gives EAGAIN or EMFILE', 'crash, tried again', {
    T1: [
      ...machine('preflight.test.ts', 'a spawn that fails is a crash where it can: swept, waited 2 s, tried again'),
      ...unit('process.test.ts', '%s is told after the call, without pipes: reason %j'),
    ],
  }),
  row(11, 'log folder unwritable', 'runs; lines in memory; a warning', { T2: real('logs.test.ts', 'a folder that can not be made: the backend runs, the lines stay in memory, and a warning says so; they are written when it can be') }),
  row(12, 'log disk full', 'runs; dropped lines counted', { T2: real('logs.test.ts', 'a full disk: the backend runs, and the lines that are lost are counted, the last ones kept') }),
  row(13, '100 MB on stdout', 'memory +≤20 MB, probes pass, nothing lost', {
    T2: [
      ...real('logs.test.ts', '100 MB on stdout: memory stays, probes pass, and no line is lost'),
      { open: 'the memory: the test allows 48 MB, `npm run bench -- --only=flood` measures it against 20' },
    ],
  }),
  row(14, 'log sink stalls', 'the pipe is still drained', { T2: real('logs.test.ts', 'a disk that stands still: the pipe is drained all the same, and probes pass') }),
  row(15, 'split UTF-8, NUL, a 10 MB line', 'no U+FFFD, line cut and marked', {
    T1: unit('lines.test.ts', 'characters of several bytes survive any cut', 'a NUL is shown, since it would end the line for many viewers', 'a line of 10 MB is cut and marked, and the next line is whole'),
  }),
  row(16, 'port taken between scan and bind', 'next port, no crash counted', {
    T2: real('ports.test.ts', 'Backend uses dynamic port allocation (macOS): a port taken between scan and bind is a move to the next, not a crash'),
  }),
  row(17, '8000–9000 all taken', 'dialog with Retry; scan logged; Retry works once one is free', {
    T2: real('ports.test.ts', 'Port conflict error: all ports in use is said without a spawn, the scan is logged, and Retry works once one is free'),
    T3: app('trouble.test.ts', 'Port conflict error: the dialog, who holds the ports, the scan in the log, and Retry'),
  }),
  row(18, 'a stranger answers 200 on the port', 'never healthy', { T2: real('ports.test.ts', 'a stranger that answers 200 on our port is never healthy, and is never sent the token') }),
  row(19, 'the old generation answers', 'never healthy', { T2: real('lifecycle.test.ts', 'an answer without our proof is never healthy') }),
  row(20, 'a decoy on ::1', 'never contacted', { T2: real('ports.test.ts', 'a decoy on ::1 is never contacted') }),
  row(21, 'redirect, huge or dribbling health body', 'a failed probe, bounded', {
    T2: real('faults.test.ts', 'a health answer of the kind "%s" is a failed probe, bounded, and forgiven when it stops'),
  }),
  row(22, 'one 500', 'back to healthy, 0 restarts', {
    T1: machine('health.test.ts', 'Continuous health monitoring is healthy again when attempt %i is answered, without a restart'),
    T2: real('lifecycle.test.ts', 'one bad answer is forgiven'),
  }),
  row(23, '500 for good', 'one replacement, one crash', {
    T1: machine('health.test.ts', 'replacing starts at SIGTERM, without asking, and is one crash'),
    T2: real('lifecycle.test.ts', 'Continuous health monitoring: a 500 for good is replaced once, by one crash'),
  }),
  row(24, 'health at 4.9 s / 5.1 s', 'passes / misses', {
    T1: [...unit('health.test.ts', 'an answer after %i ms of 5 s: %s'), ...machine('health.test.ts', 'Continuous health monitoring probes every 30 s, one probe at a time')],
  }),
  row(25, 'SIGSTOP', 'found, killed, replaced', {
    T1: machine('health.test.ts', 'a backend that can be asked for its stacks is asked for them when it is given up, and has a moment before SIGTERM'),
    T2: [
      ...real('lifecycle.test.ts', 'a stopped process (SIGSTOP) is found, killed and replaced'),
      ...real('own-backend.test.ts', 'one whose event loop hangs tells its stacks to its log before it is ended'),
    ],
    T3: app('lifecycle.test.ts', 'Continuous health monitoring: a request without an answer finds a hung backend, and the person sees "Reconnecting..."'),
  }),
  row(26, 'SIGSTOP then SIGCONT in time', 'recovers, 0 restarts', { T2: real('faults.test.ts', 'a paused process (SIGSTOP) that goes on in time (SIGCONT) recovers without a restart') }),
  row(27, 'RST, half-open connection', 'a failed probe', { T2: real('faults.test.ts', 'a health answer of the kind "%s" is a failed probe, bounded, and forgiven when it stops') }),
  row(28, 'a late answer of an old generation', 'dropped', { T1: machine('late-events.test.ts', 'an old generation is not heard in %s', 'an old probe is not heard in %s') }),
  row(29, 'POST ignored', 'SIGTERM at 5 s', {
    T1: machine('stop.test.ts', 'Backend stops gracefully on app quit waits 5 s, sends SIGTERM, waits 2 s, sends SIGKILL'),
    T2: real('lifecycle.test.ts', 'Backend stops gracefully on app quit: SIGTERM when the request is ignored, SIGKILL when that is ignored too'),
  }),
  row(30, 'SIGTERM ignored', 'SIGKILL at 7 s', {
    T1: machine('stop.test.ts', 'Backend stops gracefully on app quit waits 5 s, sends SIGTERM, waits 2 s, sends SIGKILL'),
    T2: real('lifecycle.test.ts', 'Backend stops gracefully on app quit: SIGTERM when the request is ignored, SIGKILL when that is ignored too'),
  }),
  row(31, 'no shutdown route', 'SIGTERM at once', {
    T2: [...real('lifecycle.test.ts', 'a refused request moves on to SIGTERM at once'), ...real('guest.test.ts', 'a file server is started, watched, killed, hung, restarted and stopped')],
  }),
  row(32, 'an open stream at stop', 'gone in ≤3 s', { T2: python('test_end.py', 'test_requests_that_never_end_are_cut') }),
  row(33, 'exits during the POST', 'stopped, no signal sent', {
    T1: [
      ...machine('stop.test.ts', 'Backend stops gracefully on app quit asks first and sends no signal to a backend that goes'),
      ...real('faults.test.ts', 'an exit during the shutdown request is the end that was asked for: no signal, no crash'),
    ],
  }),
  row(34, 'unkillable', 'fatal, no second spawn', { T1: machine('stop.test.ts', 'the ladder says that a process is unkillable 3 s after SIGKILL, and spawns nothing beside it') }),
  row(35, 'grandchild left behind; after SIGKILL of the app too', 'swept', {
    T2: [
      ...real('lifecycle.test.ts', 'a grandchild (%s) does not outlive the backend'),
      ...real('record.test.ts', 'a backend that a killed app left is ended by the next start', 'its descendants go too, also where it is gone itself'),
    ],
  }),
  row(36, 'grandchild leaves the session, or double-forks with an empty environment', 'taken along by the warden', {
    T2: [
      ...real('guard.test.ts', 'a descendant (%s) does not outlive a backend that stops, nor one that crashes',
        'SIGKILL is told to the guard first, which ends all, also where it was stopped itself',
        'nothing outlives the app killed by SIGKILL for more than 250 ms, while the backend %s'),
      ...python('test_start.py', 'test_no_descendant_survives'),
      ...real('own-backend.test.ts', 'descendants that left session, environment and parent go when the backend %s',
        'SIGKILL is reached, and takes all along, where %s is stopped',
        'nothing of our own backend outlives the app killed by SIGKILL for more than 250 ms, while it %s'),
    ],
  }),
  // At T3 the time has room for a busy computer; 250 ms are held at T2 (36).
  row(37, 'app SIGKILLed', 'all gone ≤250 ms', { T3: app('lifecycle.test.ts', 'the app killed outright takes its backend along while it %s, and the next start works at once') }),
  row(38, 'same, backend stopped', 'same', {
    T2: real('own-backend.test.ts', 'nothing of our own backend outlives the app killed by SIGKILL for more than 250 ms, while it %s'),
    T3: app('lifecycle.test.ts', 'the app killed outright takes its backend along while it %s, and the next start works at once'),
  }),
  row(39, 'app dies before the guard is up', 'the backend exits', { T2: python('test_end.py', 'test_an_orphan_at_birth_leaves') }),
  row(40, 'recorded pid now somebody else’s', 'untouched', {
    T2: real('record.test.ts', '%s is left alone', 'a stranger’s job in a group with the recorded number is left alone, when the number itself is free again'),
  }),
  row(41, 'second instance', 'one backend, window to the front, exit 0', {
    T3: app('trouble.test.ts', 'Second instance attempted: it exits with 0, the window comes to the front, "PocketMusec is already running" is said once',
      'twenty starts at once: one app with one backend, and nineteen exits with 0'),
  }),
  row(42, 'renderer reload, renderer crash', 'backend untouched, status again at once', {
    T3: [
      ...app('bridge.test.ts', 'a reload leaves the backend alone and gets the current status at once'),
      ...app('lifecycle.test.ts', 'a page that crashes comes back by itself with the current status, and the backend has not noticed; one that crashes again at once stays away'),
    ],
  }),
  row(43, 'uncaught exception in main', 'stop ladder, exit not 0', {
    T3: [...unit('quit.test.ts', 'an uncaught exception stops the backend, then ends the app with 1'), ...app('lifecycle.test.ts', 'an uncaught exception in main: the backend is asked to stop, and the app ends with 1')],
  }),
  row(44, 'sleep of 8 h', 'no false crash; probe on waking', {
    T1: [
      ...machine('sleep.test.ts', 'RESUME eight hours make no crash and no spent budget: `at` jumps, the timers do not', 'RESUME probes at once', 'RESUME throws away a probe that spanned the sleep and begins a new one'),
      ...unit('clock.test.ts', 'after a sleep a timer begins anew, in full, and all timers together tell of one sleep'),
    ],
  }),
  row(45, 'wall clock ±1 day', 'budget unchanged', {
    T1: [...machine('purity.test.ts', 'the machine %s imports xstate and its neighbours only, and reads no clock'), ...unit('clock.test.ts', 'its time is monotonic: the wall clock is not asked')],
  }),
  row(46, '1,000 commands at random', 'last desired state, invariants hold', {
    T1: [...machine('invariants-1.test.ts', 'no story breaks an invariant'), ...machine('invariants-2.test.ts', 'no story breaks an invariant')],
    T2: real('random-faults.test.ts', '%s random commands and faults: the last wish is fulfilled, the invariants hold, nothing is left', '20 commands at once, again and again: the last wish counts'),
  }),
  row(47, 'STOP in every state', 'stopped', { T1: machine('stop.test.ts', 'STOP ends in stopped from %s', 'STOP ends within 13 s from %s even if nothing ever answers') }),
  row(48, 'third crash at 300 000 / 300 001 ms', 'fatal / restart', { T1: machine('crashes.test.ts', 'the five minutes include the 300 000th millisecond', 'the five minutes do not include the 300 001st') }),
  row(49, 'SIGKILL during writes', 'integrity ok, no acknowledged row lost', { T2: python('test_kill.py', 'test_nothing_acknowledged_is_lost') }),
  row(50, 'OS shutdown', 'SIGTERM ≤100 ms', {
    T3: [
      ...unit('quit.test.ts', 'the system’s shutdown is delayed, and hurries'), ...machine('stop.test.ts', 'an OS shutdown starts with SIGTERM'),
      ...app('lifecycle.test.ts', 'the system shuts down: SIGTERM within 100 ms, without a request before it, and the app ends'),
    ],
  }),
  row(51, 'wrong Host, Origin, token', '401/403, backend alive', {
    T2: [
      ...python('test_contract.py', 'test_no_route_without_the_token', 'test_foreign_hosts', 'test_foreign_origins'),
      ...security('requests-of-strangers.test.ts',
        'Secure IPC validation: of every mix of Host, Origin, token and content type only the app’s own comes in, and nothing else changes anything',
        'a web page’s simple POST to /api/shutdown ends nothing, also by a name that leads here'),
    ],
    T3: security('window/foreign-pages.test.ts',
      'Secure IPC validation: a browser beside the app on another origin it reads nothing, ends nothing and adds nothing',
      'Secure IPC validation: a browser beside the app under a name that leads to this computer it is let near nothing, its own origin or not'),
  }),
  row(52, 'database of a newer version, corrupt database', 'clear dialog, file untouched', {
    T2: [
      ...python('test_store.py', 'test_refused_databases_stay_untouched', 'test_refusals_name_the_copy'), ...python('test_start.py', 'test_a_newer_database'),
      ...real('lifecycle.test.ts', 'exit %i can not be mended by a restart: fatal at once'),
    ],
    T3: app('trouble.test.ts', 'a database %s: a clear dialog, and the file is untouched'),
  }),
  row(53, 'userData unwritable, path with spaces and non-ASCII letters', 'clear dialog; works', {
    T3: [
      ...app('selfTest.test.ts', 'userData that is a file: said before anything starts'),
      ...app('trouble.test.ts', 'a userData that is a file: a clear dialog, nothing is started, and the exit code is 1'),
      // Its folder has a space and letters of two alphabets in its name.
      ...app('lifecycle.test.ts', 'Backend stops gracefully on app quit: asked, gone, and no temporary file is left'),
    ],
  }),
];
