import { request as httpsRequest } from 'node:https';

/** An answer other than 2xx. */
class HttpStatusError extends Error {
  readonly code = 'HTTP_STATUS';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpStatusError';
    this.status = status;
  }
}

/** Where to ask, whom to trust and as whom. */
export interface Endpoint {
  readonly url: string;
  readonly ca: Buffer;
  readonly token: string;
}

/**
 * One request with JSON in and out. The rig has its own, so that the project's client is tested against a server that was not set
 * up with it.
 *
 * @returns the parsed body; text that is no JSON as it is.
 * @throws HttpStatusError on an answer other than 2xx.
 */
export function httpsJson(endpoint: Endpoint, method: string, path: string, body?: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${endpoint.token}`,
    'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    // Node says no length of a DELETE's body by itself.
    'content-length': String(Buffer.byteLength(text)),
  };
  // A connection each: a pooled one would keep the test process alive.
  const options = { method, headers, ca: endpoint.ca, agent: false, signal: AbortSignal.timeout(30_000) };
  const request = httpsRequest(new URL(path, endpoint.url), options, async (response) => {
    try {
      const answer = Buffer.concat(await response.toArray()).toString('utf8');
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve(parsed(answer));
      else reject(new HttpStatusError(status, `${method} ${path}: ${status} ${answer}`));
    } catch (error) {
      reject(error);
    }
  });
  request.on('error', reject);
  request.end(text);
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
