import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** One request, ready to go. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

export interface ExchangeLimits {
  /** Milliseconds until there is a connection, its TLS handshake included. */
  readonly connectTimeoutMs: number;
  /** Milliseconds until the whole reply is here. */
  readonly timeoutMs: number;
  /** Bytes of reply body. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked when the connection stands, before the first byte of the request; throwing there means that nothing was sent. */
  readonly beforeSend?: (() => void) | undefined;
}

export interface Reply {
  readonly status: number;
  /** Names in lower case; several values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The agents whose connections exchanges share. */
export interface Connections {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

export type HttpFailureKind = 'unreachable' | 'timeout' | 'cut' | 'tooLarge' | 'aborted';

/** An exchange ended without a whole reply. `sent` is false when the other side certainly has not seen the request. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind;
  readonly sent: boolean;
  /** Node's error code where it gave one; the SDK's retry looks at it. */
  readonly code: string;

  constructor(kind: HttpFailureKind, sent: boolean, message: string, options: { code?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.sent = sent;
    this.code = options.code ?? fallbackCodes[kind];
    this.name = kind === 'aborted' ? 'AbortError' : 'HttpFailure';
  }
}

const fallbackCodes: Readonly<Record<HttpFailureKind, string>> = {
  unreachable: 'ENOTFOUND',
  timeout: 'ETIMEDOUT',
  cut: 'ECONNRESET',
  tooLarge: 'ERR_REPLY_TOO_LARGE',
  aborted: 'ABORT_ERR',
};

/**
 * Agents that keep connections for the next call. A connection idle for 4 s is dropped: a request on one that the other
 * side is about to close would end with no answer, which for a change of state is the worst one.
 */
export function openConnections(maxSockets: number): Connections {
  const options = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: maxSockets,
    timeout: 4_000,
    scheduling: 'lifo',
  } as const;
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** Closes the connections; a request that is on its way fails. */
export function closeConnections(connections: Connections): void {
  connections.http.destroy();
  connections.https.destroy();
}

// A socket that comes back from the agent is connected already; Node tells that of no socket in public.
const connected = new WeakSet<Socket>();

function whenConnected(socket: Socket, secure: boolean, ready: () => void): void {
  if (connected.has(socket)) {
    ready();
    return;
  }
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    connected.add(socket);
    ready();
  });
}

/**
 * Sends one request and reads its whole reply, whatever its status.
 * @throws {HttpFailure} when there is no whole reply; `beforeSend`'s own error, unchanged, when that refused.
 */
export function exchange(request: OutgoingRequest, connections: Connections, limits: ExchangeLimits): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const { signal } = limits;
  const where = `${request.method} ${request.url.origin}`;
  if (signal?.aborted)
    return Promise.reject(new HttpFailure('aborted', false, `${where} was cancelled`, cause(signal.reason)));
  const secure = request.url.protocol === 'https:';
  const call = start(request, connections);

  let sent = false;
  const end = (act: () => void, tearDown: boolean) => {
    clearTimeout(connectTimer);
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    act();
    if (tearDown) call.destroy();
  };
  const fail = (kind: HttpFailureKind, what: string, options?: { code?: string; cause?: unknown }) =>
    end(() => reject(new HttpFailure(kind, sent, `${where} ${what}`, options)), true);
  const onAbort = () => fail('aborted', 'was cancelled', cause(signal?.reason));
  const connectTimer = setTimeout(
    () => fail('timeout', `made no connection within ${limits.connectTimeoutMs} ms`),
    limits.connectTimeoutMs,
  );
  const timer = setTimeout(() => fail('timeout', `got no whole reply within ${limits.timeoutMs} ms`), limits.timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });

  call.on('error', (error: NodeJS.ErrnoException) => {
    const options = error.code === undefined ? { cause: error } : { code: error.code, cause: error };
    fail(sent ? 'cut' : 'unreachable', `failed: ${error.code ?? error.message}`, options);
  });
  call.once('socket', (socket) =>
    whenConnected(socket, secure, () => {
      clearTimeout(connectTimer);
      if (call.destroyed) return;
      try {
        limits.beforeSend?.();
      } catch (refusal) {
        return end(() => reject(refusal), true);
      }
      sent = true;
      call.end(request.body);
    }),
  );
  call.once('response', (response) => {
    readBody(response, limits.maxBytes, fail, (body) =>
      end(() => resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body }), false),
    );
  });
  return promise;
}

function readBody(
  response: http.IncomingMessage,
  maxBytes: number,
  fail: (kind: HttpFailureKind, what: string, options?: { cause?: unknown }) => void,
  done: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) fail('tooLarge', `answered with more than ${maxBytes} bytes`);
    else chunks.push(chunk);
  });
  response.once('error', (error) => fail('cut', `broke off in its reply: ${error.message}`, { cause: error }));
  response.once('end', () => {
    if (response.complete) done(Buffer.concat(chunks));
    else fail('cut', 'broke off in its reply');
  });
}

function start(request: OutgoingRequest, connections: Connections): http.ClientRequest {
  const { method, headers, url } = request;
  return url.protocol === 'https:'
    ? https.request(url, { method, headers, agent: connections.https })
    : http.request(url, { method, headers, agent: connections.http });
}

function cause(reason: unknown): { cause?: unknown } {
  return reason === undefined ? {} : { cause: reason };
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined));
}
