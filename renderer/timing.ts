/** Marks when the page heard of each state of the backend: DevTools shows it in its timeline, and `npm run bench` reads it. */
import type { BackendState, ElectronApi } from '../preload/contract';

/** One mark `backend:STATE` with the generation as its detail for each change of state; sub-states would add two a minute for ever. */
export function markStates(electron: Pick<ElectronApi, 'onBackendStatus'>, timeline: Pick<Performance, 'mark'> = performance): void {
  let last: BackendState | null = null;
  electron.onBackendStatus(({ state, generation }) => {
    if (state !== last) timeline.mark(`backend:${state}`, { detail: generation });
    last = state;
  });
}
