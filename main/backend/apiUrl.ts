/** What `getApiUrl()` answers: at once while the backend can be reached, later while it is on its way, a reason when it is not coming. */
import type { BackendStatus, BackendUnavailable } from '../../preload/contract';
import type { Supervisor } from './supervisor';

export type ApiUrl = { readonly url: string } | BackendUnavailable;

/** The answer for one status, or null while it has to wait. */
export function answerFor(status: Pick<BackendStatus, 'state' | 'url' | 'reason' | 'text'>): ApiUrl | null {
  if (status.url !== null) return { url: status.url };
  if (status.state === 'fatal') return { reason: status.reason ?? 'crash-budget', message: status.text };
  if (status.state === 'stopping' || status.state === 'stopped') return { reason: status.state, message: 'The backend is not running.' };
  return null;
}

export async function apiUrl(supervisor: Pick<Supervisor, 'current' | 'subscribe'>): Promise<ApiUrl> {
  const now = answerFor(supervisor.current());
  if (now) return now;
  return await new Promise((resolve) => {
    const unsubscribe = supervisor.subscribe((status) => {
      const answer = answerFor(status);
      if (!answer) return;
      unsubscribe();
      resolve(answer);
    });
  });
}
