/** Judges a mutation run: the score, and whether each mutant that survived is explained, and each explanation needed. */
import type { Survivor } from '../../tests/machine/mutation/survivors.ts';

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mutant as in Stryker's report; lines and columns count from 1. */
export interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** What the report says of one file: its source and its mutants. */
export interface MutatedFile {
  readonly source: string;
  readonly mutants: readonly Mutant[];
}

export interface Verdict {
  /** How many mutants came to which end. `invalid`: the machine could not even be made, so no test was asked. */
  readonly counts: Readonly<Record<'killed' | 'timedOut' | 'survived' | 'invalid', number>>;
  /** Percent of the valid mutants that the tests noticed; explained survivors count as survivors. */
  readonly score: number;
  /** Survivors that nobody explains. */
  readonly unexplained: readonly Omit<Survivor, 'why'>[];
  /** Explanations without a survivor: the mutant is dead by now, or its line has changed. */
  readonly stale: readonly Survivor[];
}

/** `files` by name; explanations of files that were not mutated are left alone. */
export function judge(files: Readonly<Record<string, MutatedFile>>, survivors: readonly Survivor[]): Verdict {
  const all = Object.entries(files).flatMap(([name, { source, mutants }]) =>
    mutants.map((mutant) => ({ status: mutant.status, found: difference(name, source, mutant) })));
  const ended = (...statuses: readonly string[]): number => all.filter(({ status }) => statuses.includes(status)).length;
  const counts = {
    killed: ended('Killed'), timedOut: ended('Timeout'), survived: ended('Survived', 'NoCoverage'), invalid: ended('RuntimeError', 'CompileError'),
  };
  const noticed = counts.killed + counts.timedOut;
  const left = [...survivors];
  const unexplained = all.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').flatMap(({ found }) => {
    const index = left.findIndex(({ file, line, mutant }) => file === found.file && line === found.line && mutant === found.mutant);
    if (index < 0) return [found];
    left.splice(index, 1);
    return [];
  });
  return {
    counts, unexplained, stale: left.filter(({ file }) => file in files),
    score: (100 * noticed) / (noticed + counts.survived),
  };
}

/** The lines that a mutant touches, before and after. */
function difference(file: string, source: string, { location: { start, end }, replacement = '' }: Mutant): Omit<Survivor, 'why'> {
  const lines = source.split('\n');
  const before = (lines[start.line - 1] ?? '').slice(0, start.column - 1);
  const after = (lines[end.line - 1] ?? '').slice(end.column - 1);
  const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return { file, line: flat(lines.slice(start.line - 1, end.line).join('\n')), mutant: flat(`${before}${replacement}${after}`) };
}
