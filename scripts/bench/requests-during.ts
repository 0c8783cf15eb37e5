import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/**
 * Every HTTP request that this process sends while `run` goes on, retries included, and nothing of other programs: the API server's own
 * counters have those of its controllers too.
 */
export async function requestsDuring<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly requests: readonly ClientRequest[] }> {
  // Node tells some requests twice.
  const requests = new Set<ClientRequest>();
  const note = (message: unknown) => requests.add((message as { readonly request: ClientRequest }).request);
  subscribe('http.client.request.start', note);
  try {
    return { result: await run(), requests: [...requests] };
  } finally {
    unsubscribe('http.client.request.start', note);
  }
}
