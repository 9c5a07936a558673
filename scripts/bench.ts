/** `npm run bench`: measures each figure beside its limit in the same run, prints a table, writes reports/bench.json. `--only=start,ready` for some. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchCrash } from './bench/crash.ts';
import { benchFlood } from './bench/flood.ts';
import { benchFrozen } from './bench/frozen.ts';
import { benchHang } from './bench/hang.ts';
import { benchIdle } from './bench/idle.ts';
import { benchImport } from './bench/import.ts';
import { benchKilled } from './bench/killed.ts';
import { benchQuit } from './bench/quit.ts';
import { benchReady } from './bench/ready.ts';
import { benchSearch } from './bench/search.ts';
import { benchSequences } from './bench/sequences.ts';
import { benchStart } from './bench/start.ts';
import { table, type Row } from './bench/statistics.ts';
import { buildApp } from './build.ts';
import { openDisplay } from './display.ts';
import { ROOT } from './setup/paths.mjs';

const BENCHES: Readonly<Record<string, () => Promise<Row[]>>> = {
  start: async () => await benchStart(9),
  ready: async () => await benchReady(40),
  crash: async () => await benchCrash(20),
  hang: async () => await benchHang(3),
  killed: async () => await benchKilled(100),
  quit: async () => await benchQuit(9),
  idle: async () => await benchIdle(),
  frozen: async () => await benchFrozen(15),
  flood: async () => await benchFlood(5),
  import: async () => await benchImport(3),
  search: async () => await benchSearch(3),
  sequences: async () => await benchSequences(5),
};

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = values.only?.split(',') ?? Object.keys(BENCHES);
const unknown = chosen.filter((name) => !(name in BENCHES));
if (unknown.length > 0) throw new Error(`--only: found ${unknown.join(', ')}, allowed is ${Object.keys(BENCHES).join(', ')}`);

await buildApp();
const display = await openDisplay();
Object.assign(process.env, display.env);
const rows: Row[] = [];
try {
  for (const name of chosen) {
    process.stderr.write(`Measuring ${name} …\n`);
    rows.push(...(await BENCHES[name]?.() ?? []));
  }
} finally {
  display.server?.kill();
}
mkdirSync(path.join(ROOT, 'reports'), { recursive: true });
writeFileSync(path.join(ROOT, 'reports/bench.json'), `${JSON.stringify({ at: new Date().toISOString(), rows }, null, 2)}\n`);
process.stdout.write(`${table(rows)}\n`);
