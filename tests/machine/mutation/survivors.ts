/** The mutants that no test can kill, each with the reason. `npm run mutation` fails for a survivor that is missing here, and for an entry whose mutant is dead or gone. */

export interface Survivor {
  /** A file of machines/. */
  readonly file: string;
  /** The mutated line as it stands there, and as the mutant has it; without indentation, several lines as one. */
  readonly line: string;
  readonly mutant: string;
  readonly why: string;
}

export const SURVIVORS: readonly Survivor[] = [];
