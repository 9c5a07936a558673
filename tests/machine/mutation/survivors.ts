/** The mutants that no test can kill, each with the reason. `npm run mutation` fails for a survivor that is missing here, and for an entry whose mutant is dead or gone. */

export interface Survivor {
  /** A file of machines/. */
  readonly file: string;
  /** The mutated line as it stands there, and as the mutant has it; without indentation, several lines as one. */
  readonly line: string;
  readonly mutant: string;
  readonly why: string;
}

export const SURVIVORS: readonly Survivor[] = [
  {
    file: 'trace.ts',
    line: 'const alternatives = taken.source.transitions.get(taken.eventType) ?? [];',
    mutant: 'const alternatives = taken.source.transitions.get(taken.eventType) ?? ["Stryker was here"];',
    why: 'A transition that was taken is one of its source’s, so there is always a list; the other one is for the compiler, which does not know.',
  },
  {
    file: 'rules.ts',
    line: 'types: { context: {} as LifecycleContext, events: {} as LifecycleEvent, // Never read; not `{}`, which would need no assertion, and then be the type. input: undefined as unknown as { readonly policy?: Policy }, },',
    mutant: 'types: {},',
    why: 'Read by the compiler only, which refuses the mutant: without the types nothing below fits.',
  },
  {
    file: 'rules.ts',
    line: 'const meaning = exit.code === null ? undefined : policy.exitCodes[exit.code];',
    mutant: 'const meaning = false ? undefined : policy.exitCodes[exit.code];',
    why: 'No policy names an exit code null, so the list has no meaning for it either; the compiler refuses to look.',
  },
  {
    file: 'trace.ts',
    line: "self, system: self.system, id: '', sessionId: '', logger: nothing, defer: nothing, emit: nothing, stopChild: nothing,",
    mutant: `self, system: self.system, id: "Stryker was here!", sessionId: '', logger: nothing, defer: nothing, emit: nothing, stopChild: nothing,`,
    why: 'XState wants an id in a scope, for those who watch from it; a pure step is watched by nobody.',
  },
  {
    file: 'trace.ts',
    line: "self, system: self.system, id: '', sessionId: '', logger: nothing, defer: nothing, emit: nothing, stopChild: nothing,",
    mutant: `self, system: self.system, id: '', sessionId: "Stryker was here!", logger: nothing, defer: nothing, emit: nothing, stopChild: nothing,`,
    why: 'As above: the session is a name for watchers.',
  },
];
