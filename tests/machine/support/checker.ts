/** Judges a history by the ten invariants of the lifecycle. Shares no code with the machine: its numbers are the requirements', written here again. */
import type { Line } from './history';
import { commandRules } from './rules/commands';
import { crashRules } from './rules/crashes';
import { healthRules } from './rules/health';
import { processRules } from './rules/process';
import { pathOf, type Past, type Rule } from './rules/rule';
import { statusRules } from './rules/status';

export interface Violation {
  readonly rule: string;
  readonly t: number;
  readonly message: string;
}

const RULES: Readonly<Record<string, Rule>> = { ...processRules, ...crashRules, ...healthRules, ...commandRules, ...statusRules };
export const RULE_NAMES: readonly string[] = Object.keys(RULES);

const TOLD: ReadonlySet<Line['kind']> = new Set<Line['kind']>([
  'command', 'located', 'not-located', 'port', 'no-ports', 'spawned', 'spawn-failed', 'exit-told', 'answer', 'miss', 'ask-refused', 'group-empty',
]);

/** All violations, in order; empty where the history is a good one. */
export function check(history: readonly Line[]): readonly Violation[] {
  const violations: Violation[] = [];
  let now = 0;
  const judges = Object.entries(RULES).map(([rule, make]) => make((message) => violations.push({ rule, t: now, message })));
  let past: Past = { status: null, process: 'none', since: 0, command: null, told: null };
  for (const line of history) {
    now = line.t;
    for (const judge of judges) judge(line, past);
    past = after(past, line);
  }
  return violations;
}

function after(past: Past, line: Line): Past {
  if (line.kind === 'status') return { ...past, status: line, since: pathOf(line) === pathOf(past.status) ? past.since : line.t };
  // Entered again without a change that anybody sees.
  if (line.kind === 'locate' || line.kind === 'choose') return { ...past, since: line.t };
  if (line.kind === 'process') return { ...past, process: line.process };
  if (line.kind === 'command') return { ...past, command: { command: line.command, urgent: line.urgent, before: past.status, processBefore: past.process }, told: line };
  if (line.kind === 'command-end') return { ...past, command: null };
  return TOLD.has(line.kind) ? { ...past, told: line } : past;
}
