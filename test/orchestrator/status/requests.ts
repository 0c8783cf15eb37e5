import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Every HTTP request that this process sends while `run` goes on, as `GET /path`. */
export async function requestsDuring(run: () => Promise<unknown>): Promise<string[]> {
  // Node tells some requests twice.
  const requests = new Map<object, string>();
  const note = (message: unknown) => {
    const { request } = message as { readonly request: { method: string; path: string } };
    requests.set(request, `${request.method} ${request.path}`);
  };
  subscribe('http.client.request.start', note);
  try {
    await run();
  } finally {
    unsubscribe('http.client.request.start', note);
  }
  return [...requests.values()];
}
