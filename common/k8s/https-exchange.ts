import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';

/** One HTTPS request. */
export interface ExchangeRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly maxBodyBytes: number;
  /** Given the body of a 2xx reply piece by piece as it comes; `body` of the reply is empty then. */
  readonly onText?: ((text: string) => void) | undefined;
}

/** A whole reply. */
export interface ExchangeReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** There is no whole reply. The error of the connection is the `cause`. */
export class ExchangeError extends Error {
  readonly code = 'EXCHANGE_FAILED';
  /** Whether the server may have received the request. */
  readonly sent: boolean;
  /** The request went into a connection that was kept from an earlier one, and that broke before any reply. */
  readonly staleConnection: boolean;
  readonly kind: 'broken' | 'tooLarge';

  constructor(kind: 'broken' | 'tooLarge', message: string, at: { sent: boolean; stale: boolean }, cause?: unknown) {
    super(message, { cause });
    this.name = 'ExchangeError';
    this.kind = kind;
    this.sent = at.sent;
    this.staleConnection = at.stale;
  }
}

/**
 * Sends one request and reads its whole reply.
 *
 * @throws ExchangeError when there is none, which says whether the server may have received the request.
 */
export function exchange(options: ExchangeRequest): Promise<ExchangeReply> {
  const { promise, resolve, reject } = Promise.withResolvers<ExchangeReply>();
  const { method, agent, signal, body = '' } = options;
  // Node says no length of a DELETE's body by itself, and the server would take it for the next request.
  const headers = { ...options.headers, 'content-length': String(Buffer.byteLength(body)) };
  const request = httpsRequest(options.url, { method, headers, agent, signal });
  let sent = false;
  let replied = false;
  request.on('socket', (socket) => {
    // Nothing of the request leaves before the handshake is over; on a kept connection it leaves at once.
    if (request.reusedSocket) sent = true;
    else {
      socket.once('secureConnect', () => (sent = true));
      // An abort at the very end of a reply breaks the socket while neither the request nor the agent listens to it.
      socket.on('error', () => undefined);
    }
  });
  const broken = (cause: unknown) => {
    const stale = request.reusedSocket && !replied && !signal.aborted;
    const message = cause instanceof Error ? cause.message : String(cause);
    reject(cause instanceof ExchangeError ? cause : new ExchangeError('broken', message, { sent, stale }, cause));
  };
  request.on('error', broken);
  request.on('response', (response) => {
    replied = true;
    const { statusCode = 0 } = response;
    const onText = statusCode >= 200 && statusCode <= 299 ? options.onText : undefined;
    const read = onText ? passOn(response, onText) : readBody(response, options.maxBodyBytes);
    read.then((body) => resolve({ status: statusCode, headers: response.headers, body }), broken);
  });
  request.end(body);
  return promise;
}

async function passOn(stream: AsyncIterable<Buffer>, onText: (text: string) => void): Promise<string> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) onText(decoder.decode(chunk, { stream: true }));
  return '';
}

async function readBody(stream: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    // Leaving the loop closes the connection: the rest is never read.
    if (size > limit) throw new ExchangeError('tooLarge', `more than ${limit} bytes`, { sent: true, stale: false });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
