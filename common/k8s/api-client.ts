import { Agent } from 'node:https';
import { InterruptedError } from '../domain/errors.ts';
import { AccessFileError, type ApiAccess, FileAccess, type TlsParts } from './api-access.ts';
import { type ApiAnswer, ApiFailedError, errorOfAnswer } from './api-errors.ts';
import { ExchangeError, type ExchangeReply, exchange } from './https-exchange.ts';

/** How to reach an API server and as whom. */
export interface ApiClientConfig {
  /** `https://host:port` */
  readonly server: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string;
  /** File with the bearer token; read again every minute, and when the token is refused. */
  readonly tokenFile: string;
  /** Milliseconds a request may take with its reply; 10,000 unless told. */
  readonly timeoutMs?: number;
  /** Bytes a reply may have; 16 MiB unless told. */
  readonly maxBodyBytes?: number;
}

/** How to reach an API server as whom an access says. */
export interface ApiAccessConfig extends Pick<ApiClientConfig, 'server' | 'timeoutMs' | 'maxBodyBytes'> {
  readonly access: ApiAccess;
}

/** One call. */
export interface ApiCallOptions {
  readonly signal: AbortSignal;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body; a patch must say which kind it is. */
  readonly contentType?: string;
  /** Given the body of a 2xx reply piece by piece as it comes, for `requestText`, which returns an empty text then. */
  readonly onText?: (text: string) => void;
  /** Milliseconds for this call in place of the client's. */
  readonly timeoutMs?: number;
}

/** A connection that nobody used for so long may be gone at the other end, and a write sent into it would have no known effect. */
const connections = { keepAlive: true, timeout: 30_000 } as const;

/**
 * A client of the Kubernetes API that is small enough for the start of every pod: JSON over HTTPS with kept connections. It does not retry,
 * except a read whose kept connection had died, and a request whose token was replaced meanwhile: neither can have taken effect.
 */
export class ApiClient {
  readonly #config: ApiAccessConfig;
  #agent: { readonly tls: TlsParts; readonly agent: Agent } | undefined;

  constructor(config: ApiClientConfig | ApiAccessConfig) {
    this.#config = 'access' in config ? config : { ...config, access: new FileAccess(config.caFile, config.tokenFile) };
  }

  /** The address that requests go to, for messages. */
  get server(): string {
    return this.#config.server;
  }

  /**
   * Sends a request and returns the parsed JSON object of a 2xx reply.
   *
   * @param path - absolute, with its query, names encoded.
   * @throws ApiRefusedError - a definite 4xx: nothing was changed.
   * @throws ApiFailedError - no answer to build on; `effect` says whether a write may have taken effect.
   * @throws InterruptedError - the signal aborted; a write may have taken effect.
   */
  async request(method: string, path: string, options: ApiCallOptions): Promise<Record<string, unknown>> {
    const text = await this.requestText(method, path, options);
    const json = parseObject(text);
    if (json !== undefined) return json;
    const excerpt = JSON.stringify(text.slice(0, 80));
    throw this.#failed('malformed', named(method, path), method, true, `the reply is no JSON object: ${excerpt}`);
  }

  /** As `request`, and returns the body of a 2xx reply as it is. */
  async requestText(method: string, path: string, options: ApiCallOptions): Promise<string> {
    const what = named(method, path);
    const token = await this.#token(what);
    let reply = await this.#send(what, method, path, token, options);
    if (reply.status === 401) {
      const newer = token === undefined ? undefined : await this.#config.access.newerThan(token).catch(() => undefined);
      if (newer !== undefined) reply = await this.#send(what, method, path, newer, options);
    }
    if (reply.status >= 200 && reply.status <= 299) return reply.body;
    throw errorOfAnswer(what, writes(method), answerOf(reply, parseObject(reply.body)));
  }

  /** Closes kept connections; requests under way fail. */
  async close(): Promise<void> {
    this.#agent?.agent.destroy();
    this.#agent = undefined;
  }

  async #send(what: string, method: string, path: string, token: string | undefined, options: ApiCallOptions) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#exchange(what, method, path, token, options);
      } catch (error) {
        const deadConnection = error instanceof ExchangeError && error.staleConnection;
        if (attempt === 1 && deadConnection && !writes(method)) continue;
        throw this.#explained(error, what, method, options);
      }
    }
  }

  async #exchange(what: string, method: string, path: string, token: string | undefined, options: ApiCallOptions) {
    const deadline = AbortSignal.timeout(this.#timeoutMs(options));
    if (options.signal.aborted) throw new InterruptedError(`waiting for ${what}`, options.signal.reason);
    return await exchange({
      url: new URL(path, this.#config.server),
      method,
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        'user-agent': 'firecamp',
        ...(options.body !== undefined && { 'content-type': options.contentType ?? 'application/json' }),
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      agent: await this.#connections(what),
      signal: AbortSignal.any([options.signal, deadline]),
      onText: options.onText,
      maxBodyBytes: this.#config.maxBodyBytes ?? 16 * 1024 * 1024,
    });
  }

  #explained(error: unknown, what: string, method: string, options: ApiCallOptions): unknown {
    if (options.signal.aborted) return new InterruptedError(`waiting for ${what}`, options.signal.reason);
    if (!(error instanceof ExchangeError)) return error;
    // A new certificate authority is in the file by now, if there is one.
    if (!error.sent) this.#config.access.forgetTls();
    if (error.kind === 'tooLarge') {
      return this.#failed('malformed', what, method, true, `the reply has ${error.message}`, error);
    }
    const timedOut = error.cause instanceof Error && error.cause.name === 'AbortError';
    if (timedOut) {
      return this.#failed('timeout', what, method, error.sent, `no reply within ${this.#timeoutMs(options)} ms`, error);
    }
    return this.#failed('unreachable', what, method, error.sent, error.message, error);
  }

  #failed(
    failure: 'malformed' | 'timeout' | 'unreachable',
    what: string,
    method: string,
    sent: boolean,
    fault: string,
    cause?: unknown,
  ): ApiFailedError {
    const effect = sent && writes(method) ? 'unknown' : 'none';
    const message = `${what} at the Kubernetes API server ${this.#config.server} failed: ${fault}`;
    return new ApiFailedError(failure, message, { effect, cause });
  }

  #timeoutMs(options: ApiCallOptions): number {
    return options.timeoutMs ?? this.#config.timeoutMs ?? 10_000;
  }

  async #token(what: string): Promise<string | undefined> {
    try {
      return await this.#config.access.token();
    } catch (error) {
      throw notSent('unauthorized', what, error);
    }
  }

  async #connections(what: string): Promise<Agent> {
    let tls: TlsParts;
    try {
      tls = await this.#config.access.tls();
    } catch (error) {
      throw notSent('unreachable', what, error);
    }
    // The old connections are left alone: requests of others may be under way on them.
    if (this.#agent?.tls !== tls) this.#agent = { tls, agent: new Agent({ ...connections, ...tls }) };
    return this.#agent.agent;
  }
}

function notSent(failure: 'unauthorized' | 'unreachable', what: string, error: unknown): unknown {
  if (!(error instanceof AccessFileError)) return error;
  return new ApiFailedError(failure, `${what} was not sent: ${error.message}`, { effect: 'none', cause: error.cause });
}

/** A request in words for messages, without its query. */
function named(method: string, path: string): string {
  return `${method} ${path.split('?')[0]}`;
}

function writes(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function answerOf(reply: ExchangeReply, json: Record<string, unknown> | undefined): ApiAnswer {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 500) : '');
  const details = json?.['details'];
  const kind = typeof details === 'object' && details !== null && 'kind' in details ? text(details.kind) : '';
  const retryAfter = reply.headers['retry-after'];
  return {
    status: reply.status,
    reason: text(json?.['reason']),
    message: text(json?.['message']),
    kind,
    retryAfterSeconds: retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined,
  };
}
