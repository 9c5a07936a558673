/** The app without its window, as a process of its own that a test can kill: the supervisor with a spec, under the product's guard. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import type { BackendSpec } from '../../main/backend/spec';
import type { BackendStatus } from '../../preload/contract';
import { temporaryFolder } from './folders';
import { namedFor, type Alive } from './processes';
import { PRODUCT_SPEC, PYTHON, ROOT } from './supervise';

export interface SupervisorApp {
  readonly app: Alive;
  /** The first healthy one. */
  readonly status: BackendStatus;
  /** What the backend printed until then. */
  readonly output: readonly string[];
  readonly ended: Promise<void>;
}

/** Resolves when its backend is healthy. The caller kills it. */
export async function startSupervisorApp(spec: BackendSpec): Promise<SupervisorApp> {
  const job = { spec, product: PRODUCT_SPEC, placeholders: { python: PYTHON, resources: ROOT, app: ROOT, userData: temporaryFolder() } };
  const child = spawn(process.execPath, [path.join(ROOT, 'tests/fixtures/supervisor-app.mjs'), JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const app = namedFor(child.pid ?? null);
  const ended = new Promise<void>((resolve) => { child.once('exit', () => { resolve(); }); });
  const output: string[] = [];
  for await (const text of createInterface(child.stdout)) {
    const said = JSON.parse(text) as BackendStatus | { readonly line: string };
    if ('line' in said) output.push(said.line);
    else if (said.state === 'healthy') return { app, status: said, output, ended };
  }
  throw new Error('the app under test ended before its backend was healthy');
}
