/** What belongs to the product and to no backend. Compiled in, so that neither a foreign `backend.json` nor a changed one can add to it. */

/** The only hosts that a browser is ever sent to; each exactly as it stands here. */
export const EXTERNAL_HOSTS: readonly string[] = ['pocketmusec.app'];
