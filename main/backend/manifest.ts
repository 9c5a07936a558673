/** Is the executable the one that was built? Its size and SHA-256 against the manifest that the build wrote beside it. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';

const ManifestSchema = v.object({
  /** Bytes. */
  size: v.pipe(v.number(), v.integer()),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** What stands against running `file`, or null. Throws where the file can't be read. */
export function manifestProblem(file: string, manifestFile: string): string | null {
  let built: v.InferOutput<typeof ManifestSchema>;
  try {
    built = v.parse(ManifestSchema, JSON.parse(readFileSync(manifestFile, 'utf8')));
  } catch (error) {
    return `the list of what was built can not be read (${manifestFile}: ${error instanceof Error ? error.message : String(error)})`;
  }
  const { size } = statSync(file);
  // The size first: it says more to people than a hash.
  if (size !== built.size) return `the file has ${size} bytes, ${built.size} were built`;
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return sha256 === built.sha256 ? null : `the file was changed after it was built (SHA-256 ${sha256}, ${built.sha256} was built)`;
}
