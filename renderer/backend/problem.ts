/** What can go wrong with a request, with the evidence: the backend refused it, or nobody answered. */

/** The backend's own refusal (RFC 9457): `code` for machines, `detail` a sentence for the teacher. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, body: string) {
    const members = parseMembers(body);
    const code = textOf(members['code']) ?? `http-${status}`;
    const detail = textOf(members['detail']);
    super(`${status} ${code}${detail === null ? '' : `: ${detail}`}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.members = members;
  }
}

/** No answer, although the backend was said to be healthy each time. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly path: string;
  readonly tries: number;

  constructor(path: string, tries: number, cause: unknown) {
    super(`no answer from ${path} in ${tries} tries`, { cause });
    this.path = path;
    this.tries = tries;
  }
}

/** An answer that is not what the contract says. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Empty where the body is not the JSON object that it should be: a proxy or a crash page may have answered. */
function parseMembers(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
