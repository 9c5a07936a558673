/** Makes `backend-spec/backend.schema.json` from the runtime's own schema; `--check` only says whether it is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { runnerImport } from 'vite';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'backend-spec/backend.schema.json');

const { module } = await runnerImport<typeof import('../main/backend/spec')>(path.join(root, 'main/backend/spec.ts'), { root, configFile: false, logLevel: 'error' });
const schema = toJsonSchema(module.BackendSpecSchema, {
  // What each call may say is what people write: fields with defaults are optional.
  typeMode: 'input',
  // Rules that JSON Schema has no word for are checked by the runtime.
  ignoreActions: ['check'],
});
const text = `${JSON.stringify({ title: 'A backend, as the supervised runtime knows it', ...schema }, null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write('backend-spec/backend.schema.json is stale: run `npm run schema`.\n');
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
