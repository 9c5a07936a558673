/** The system's name for what went wrong (`ENOENT`), by shape: an error may come from another realm than ours. */

export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
