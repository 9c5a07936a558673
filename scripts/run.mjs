/** The one entry of every npm script: makes sure that set-up is done, then runs the task. Plain Node 20, nothing installed yet. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { taskEnvironment } from './setup/environment.mjs';
import { ensureSetUp } from './setup/index.mjs';
import { ROOT } from './setup/paths.mjs';
import { followParent, forwardSignals } from './setup/signals.mjs';
import { SetUpError } from './setup/step.mjs';
import { TASKS, listing } from './tasks.mjs';

const [name = '', ...args] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;

if (name === 'help') {
  process.stdout.write(`${listing()}\n`);
} else if (task === undefined) {
  process.stderr.write(`${name === '' ? 'No task given.' : `There is no task "${name}".`} There are:\n\n${listing()}\n`);
  process.exitCode = 2;
} else {
  try {
    await ensureSetUp(task.needs, { again: name === 'setup' });
    if (task.command !== undefined) process.exitCode = await runTask(task.command);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** @param {readonly string[]} command @returns {Promise<number>} the task's exit code, 128 + n for a signal */
function runTask([program = '', ...fixed]) {
  const { env, node } = taskEnvironment();
  const [file, ...before] = program.endsWith('.ts')
    ? [node, '--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, program)]
    : [program];
  // Node itself looks the program up in the PATH it is given; on Windows the packages' programs are .cmd files.
  const shell = process.platform === 'win32' && !program.endsWith('.ts');
  // Files that people name are seen from where they are.
  const cwd = ['start', 'conformance'].includes(name) ? process.env.INIT_CWD ?? process.cwd() : ROOT;
  const child = spawn(file ?? node, [...before, ...fixed, ...args], { stdio: 'inherit', cwd, env, shell });
  const release = forwardSignals((signal) => child.kill(signal));
  // npm killed outright can't tell us to end.
  if (process.env.npm_lifecycle_event !== undefined) followParent(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      release();
      resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15));
    });
  });
}
