import { type Connections, exchange, type OutgoingRequest, type Reply } from './http-exchange.ts';

/** The slice of the SDK's request that goes on the wire (Smithy, HttpRequest). */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the SDK hands to a request handler; its signal may be an old kind that cannot be listened to. */
interface HandlerOptions extends Omit<WireOptions, 'abortSignal'> {
  readonly abortSignal?: AbortSignal | { readonly aborted: boolean };
}

/** What a caller of `client.send` may say of one call; the SDK hands it to the request handler as it is. */
export interface WireOptions {
  readonly abortSignal?: AbortSignal;
  /** Milliseconds for one attempt; left out: the handler's own. */
  readonly requestTimeout?: number;
  /** See `ExchangeLimits.beforeSend`. */
  readonly beforeSend?: () => void;
  /** Is given the body of a successful reply, for what the SDK's deserializer drops. */
  readonly onReply?: (body: Uint8Array) => void;
}

export interface WireLimits {
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxReplyBytes: number;
}

/** A reply as the SDK's deserializers take it. */
interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * The SDK's request handler with hard limits on every part of an exchange, and with `beforeSend` asked at the last possible
 * moment: after credentials, signing and connecting. All clients share its connections.
 */
export class WireHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #connections: Connections;
  readonly #limits: WireLimits;

  constructor(connections: Connections, limits: WireLimits) {
    this.#connections = connections;
    this.#limits = limits;
  }

  async handle(request: SdkRequest, options: HandlerOptions = {}): Promise<{ response: SdkResponse }> {
    const reply: Reply = await exchange(outgoing(request), this.#connections, {
      connectTimeoutMs: this.#limits.connectTimeoutMs,
      timeoutMs: options.requestTimeout ?? this.#limits.timeoutMs,
      maxBytes: this.#limits.maxReplyBytes,
      signal: options.abortSignal instanceof AbortSignal ? options.abortSignal : undefined,
      beforeSend: options.beforeSend,
    });
    if (reply.status < 300) options.onReply?.(reply.body);
    return { response: { statusCode: reply.status, headers: { ...reply.headers }, body: reply.body } };
  }

  /** Asked for by the SDK; the limits of this handler are not the clients' to change. */
  updateHttpClientConfig(): void {}

  /** Asked for by the SDK. */
  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  /** A client that is destroyed leaves the connections to the others. */
  destroy(): void {}
}

function outgoing(request: SdkRequest): OutgoingRequest {
  const port = request.port === undefined ? '' : `:${request.port}`;
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null ? escaped(name) : `${escaped(name)}=${escaped(one)}`,
    ),
  );
  const url = new URL(
    `${request.protocol}//${request.hostname}${port}${request.path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
  );
  const { body } = request;
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    throw new TypeError('only whole bodies are sent');
  }
  return { method: request.method, url, headers: request.headers, body };
}

// As the SDK escapes for its signature (SigV4: everything but unreserved characters), or the signature would not match.
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
