/** The record of the running generation in userData, by which the next launch ends what a killed app could not. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Log } from './effects';
import { GENERATION_VARIABLE, type Generation } from './generations';
import { signalGroup } from './process';
import { bootId, findMembers, isRunning } from './procfs';

const RecordSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  startTicks: v.number(),
  bootId: v.string(),
  mark: v.string(),
});
type GenerationRecord = v.InferOutput<typeof RecordSchema>;

const fileIn = (userData: string): string => path.join(userData, 'generation.json');

/** Written whole or not at all. A failure costs the clean-up by the next launch, never this start. */
export function writeRecord(userData: string, generation: Generation, log: Log): void {
  if (generation.pid === null) return;
  const record: GenerationRecord = { pid: generation.pid, startTicks: generation.startTicks, bootId: bootId(), mark: generation.mark };
  const file = fileIn(userData);
  try {
    writeFileSync(`${file}.new`, JSON.stringify(record));
    renameSync(`${file}.new`, file);
  } catch (error) {
    log.warn('the generation record could not be written', { error: String(error) });
  }
}

export function clearRecord(userData: string): void {
  rmSync(fileIn(userData), { force: true });
}

function readRecord(userData: string): GenerationRecord | null {
  try {
    const result = v.safeParse(RecordSchema, JSON.parse(readFileSync(fileIn(userData), 'utf8')));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/**
 * Ends the generation that a former run of the app left behind. Synchronous for its leader, since it may hold the database; its
 * scattered descendants are looked for afterwards. A process is ours only with the same pid, start time and boot.
 */
export function endFormerGeneration(userData: string, log: Log): void {
  const record = readRecord(userData);
  if (!record) return;
  clearRecord(userData);
  if (record.bootId === '' || record.bootId !== bootId()) return;
  if (isRunning(record.pid, record.startTicks)) {
    log.warn('ending the backend of a former run', { pid: record.pid });
    signalGroup(record.pid, 'SIGKILL');
  }
  findMembers(record.pid, `${GENERATION_VARIABLE}=${record.mark}`, record.startTicks).then((members) => {
    for (const { pid, startTicks } of members) if (isRunning(pid, startTicks)) process.kill(pid, 'SIGKILL');
  }).catch((error: unknown) => { log.warn('the clean-up after a former run failed', { error: String(error) }); });
}
