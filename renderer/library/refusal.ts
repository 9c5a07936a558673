/** Why a file did not get in: a machine word, a sentence with the way out, and what it collided with. */
import { ApiProblem, NetworkFailure, textOf } from '../backend/problem';
import { strings } from '../strings';

export interface Refusal {
  readonly code: string;
  readonly detail: string;
  /** The document that is already there, where that is the reason. */
  readonly documentId: string | null;
}

/** What sending the same file once more may well mend. */
const PASSING = ['file-gone', 'no-answer', 'interrupted', 'cancelled', 'removed', 'worker-died', 'too-complex'];

export const mayPass = (code: string): boolean => PASSING.includes(code);

export function refusal(code: string, detail: string | null = null, documentId: string | null = null): Refusal {
  const known: Readonly<Record<string, string>> = strings.refusals;
  return { code, detail: known[code] ?? detail ?? strings.refusals.unknown, documentId };
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof ApiProblem) {
    // The backend's sentence knows more than ours (which page, which name), so it goes first.
    const own = refusal(error.code, error.detail, textOf(error.members['document_id']));
    return { ...own, detail: error.detail ?? own.detail };
  }
  if (error instanceof NetworkFailure) return refusal('no-answer');
  return refusal('unknown', error instanceof Error ? error.message : null);
}

/** Carries a refusal found by the page itself through code that throws. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(code: string) {
    const found = refusal(code);
    super(found.detail);
    this.refusal = found;
  }
}
