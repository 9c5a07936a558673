/** The record of the running generation in userData, by which the next launch ends what a killed app could not. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Log } from './effects';
import { membershipOf, type Generation } from './generations';
import { signalGroup } from './process';
import { bootId, findMembers, isRunning, killAll, type Membership } from './procfs';

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

/** A record that stays, on a disk that became read-only, does no harm: by then its process is gone. */
export function clearRecord(userData: string, log: Log): void {
  try {
    rmSync(fileIn(userData), { force: true });
  } catch (error) {
    log.warn('the generation record could not be removed', { error: String(error) });
  }
}

function readRecord(userData: string): GenerationRecord | null {
  try {
    const result = v.safeParse(RecordSchema, JSON.parse(readFileSync(fileIn(userData), 'utf8')));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** How often we look for more after having ended some: what is killed starts nothing new. */
const ROUNDS = 10;

/**
 * Ends the generation that a former run of the app left behind. Synchronous for its leader, since it may hold the database; its
 * scattered descendants are looked for afterwards. The leader is ours only with the same pid, start time and boot. Where it is gone,
 * its number may be anybody's, as group and session too: then only the mark in the environment tells.
 */
export function endFormerGeneration(userData: string, log: Log): void {
  const record = readRecord(userData);
  if (!record) return;
  const isSameBoot = record.bootId !== '' && record.bootId === bootId();
  const isLeaderThere = isSameBoot && isRunning(record.pid, record.startTicks);
  if (isLeaderThere) {
    log.warn('ending the backend of a former run', { pid: record.pid });
    signalGroup(record.pid, 'SIGKILL');
  }
  clearRecord(userData, log);
  if (!isSameBoot) return;
  endDescendants({ ...membershipOf(record), leader: isLeaderThere ? record.pid : null }, log)
    .catch((error: unknown) => { log.warn('the clean-up after a former run failed', { error: String(error) }); });
}

async function endDescendants(membership: Membership, log: Log): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const members = await findMembers(membership);
    if (members.length === 0) return;
    log.warn('ending what the backend of a former run left behind', { pids: members.map(({ pid }) => pid) });
    killAll(members);
  }
}
