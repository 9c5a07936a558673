/** Which changes of the backend are worth a word to somebody who may not be looking. */
import { TEXTS } from '../machines/status';
import type { BackendStatus } from '../preload/contract';
import type { Notify } from './notify';

export const RESTARTED = 'Backend restarted after crash';
/** What is over sooner needs no word outside the window. */
const LASTS_MS = 3_000;

/** A listener for `backend-status`. */
export function createAnnounce(notify: Notify): (status: BackendStatus) => void {
  let announcedCrash = 0;
  let timer: NodeJS.Timeout | null = null;
  return ({ state, generation, crash }) => {
    if (state === 'unhealthy' || state === 'reconnecting') {
      timer ??= setTimeout(() => { notify.tellOutside(TEXTS.reconnecting); }, LASTS_MS);
    } else if (timer) {
      clearTimeout(timer);
      timer = null;
    }
    // Whoever is told that it was given up, and starts it again, knows.
    if (state === 'fatal' && crash !== null) announcedCrash = crash.generation;
    // A crash stays in the status, so that each is told of once; it is over when a later generation answers.
    if (state === 'healthy' && crash !== null && crash.generation > announcedCrash && generation > crash.generation) {
      announcedCrash = crash.generation;
      notify.tell(RESTARTED);
    }
  };
}
