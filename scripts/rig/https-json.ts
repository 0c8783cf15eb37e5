import { request as httpsRequest } from 'node:https';

/** An answer other than 2xx. */
export class HttpStatusError extends Error {
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
  const headers = { authorization: `Bearer ${endpoint.token}`, 'content-type': 'application/json' };
  // A connection each: a pooled one would keep the test process alive.
  const options = { method, headers, ca: endpoint.ca, agent: false, signal: AbortSignal.timeout(30_000) };
  const request = httpsRequest(new URL(path, endpoint.url), options, async (response) => {
    try {
      const text = Buffer.concat(await response.toArray()).toString('utf8');
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) resolve(parsed(text));
      else reject(new HttpStatusError(status, `${method} ${path}: ${status} ${text}`));
    } catch (error) {
      reject(error);
    }
  });
  request.on('error', reject);
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
