/** Draws `docs/images/lifecycle.svg` from the machine's own definition; `--check` only says whether it is stale, `--out FILE` draws elsewhere. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { initialTransition } from 'xstate';
import { runnerImport } from 'vite';
import { layOut } from './chart/layout.ts';
import { regionsOf } from './chart/model.ts';
import { draw } from './chart/svg.ts';

const root = path.resolve(import.meta.dirname, '..');
const out = process.argv.indexOf('--out');
const file = path.resolve(out < 0 ? path.join(root, 'docs/images/lifecycle.svg') : process.argv[out + 1] ?? 'lifecycle.svg');

const HEADINGS: Readonly<Record<string, string>> = {
  lifecycle: 'lifecycle: wish and policy, what people see',
  process: 'process: fact, and the stop ladder',
};

const { module: { lifecycle } } = await runnerImport<typeof import('../machines/lifecycle')>(path.join(root, 'machines/lifecycle.ts'), { root, configFile: false, logLevel: 'error' });
const [{ context }] = initialTransition(lifecycle, {});

function delayMs(name: string): number {
  const delays: Readonly<Record<string, unknown>> = lifecycle.implementations.delays;
  const delay = delays[name];
  const ms: unknown = typeof delay === 'function' ? delay({ context, event: { type: 'START' } }, undefined) : delay;
  if (typeof ms !== 'number') throw new Error(`The delay ${name} is no number`);
  return ms;
}

const regions = regionsOf(lifecycle, delayMs).toReversed();
const drawn = await Promise.all(regions.map(async (region) => ({ heading: HEADINGS[region.state.name] ?? region.state.name, layout: await layOut(region) })));
const svg = draw('The life of the backend: two regions of one statechart', drawn);

if (!process.argv.includes('--check')) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, svg);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== svg) {
  process.stderr.write(`${path.relative(root, file)} is stale: run \`npm run chart\`.\n`);
  process.exitCode = 1;
}
