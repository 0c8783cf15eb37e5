import { RequestFailedError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Keys to sign with, in the SDK's own shape. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Left out: they do not expire. */
  readonly expiration?: Date;
}

/** One place where credentials may be. */
export interface CredentialLink {
  /** For people, e.g. `the environment`. */
  readonly name: string;
  /**
   * The credentials; undefined when this place is not set up, so that the next one is asked. A place that is set up and fails
   * rejects, and the chain ends there: going on would act under another identity than the one that was meant.
   */
  load(): Promise<AwsCredentials | undefined>;
}

/** As early as the SDK does it: credentials with less left than this are fetched anew. */
const refreshBeforeMs = 5 * 60_000;
/** Old credentials that have this much left are good enough when the refresh fails. */
const usableMs = 30_000;

/**
 * The default credential chain, asked once: all clients share its result until shortly before it expires. Nothing in it is
 * imported lazily, so it works inside a single executable.
 */
export class CredentialChain {
  readonly #links: readonly CredentialLink[];
  readonly #now: () => number;
  #cached: AwsCredentials | undefined;
  #loading: Promise<AwsCredentials> | undefined;
  #source: string | undefined;

  constructor(links: readonly CredentialLink[], now: () => number = Date.now) {
    this.#links = links;
    this.#now = now;
  }

  /** Which link the credentials came from; undefined before there are any. */
  get source(): string | undefined {
    return this.#source;
  }

  /** Resolves the credentials early, beside other work. */
  async prepare({ signal }: CallOptions): Promise<void> {
    await unlessAborted(this.current(), signal, 'getting AWS credentials');
  }

  /**
   * Credentials that are good for the next minutes.
   * @throws {RequestFailedError} FC-AWS-005 when no link has any or the link that is set up fails.
   */
  async current(): Promise<AwsCredentials> {
    const cached = this.#cached;
    if (cached !== undefined && this.#leftMs(cached) > refreshBeforeMs) return cached;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    try {
      return await this.#loading;
    } catch (error) {
      if (cached !== undefined && this.#leftMs(cached) > usableMs) return cached;
      throw error;
    }
  }

  /** Forgets these credentials, which AWS has refused as expired; the next call gets new ones. */
  invalidate(accessKeyId: string): void {
    if (this.#cached?.accessKeyId === accessKeyId) this.#cached = undefined;
  }

  /** The chain as the SDK takes it. `memoized` tells the SDK to keep no copy of its own, which `invalidate` would not reach. */
  provider(): (() => Promise<AwsCredentials>) & { readonly memoized: true } {
    return Object.assign(() => this.current(), { memoized: true } as const);
  }

  async #load(): Promise<AwsCredentials> {
    for (const link of this.#links) {
      const found = await this.#ask(link);
      if (found === undefined) continue;
      this.#cached = found;
      this.#source = link.name;
      return found;
    }
    throw credentialsMissing(`none of these has any: ${this.#links.map((link) => link.name).join(', ')}`, false);
  }

  async #ask(link: CredentialLink): Promise<AwsCredentials | undefined> {
    try {
      return await link.load();
    } catch (error) {
      const transient = error instanceof RequestFailedError && error.transient;
      const text = error instanceof Error ? error.message : String(error);
      throw credentialsMissing(`${link.name} failed: ${text}`, transient, error);
    }
  }

  #leftMs(credentials: AwsCredentials): number {
    return credentials.expiration === undefined
      ? Number.POSITIVE_INFINITY
      : credentials.expiration.getTime() - this.#now();
  }
}

function credentialsMissing(what: string, transient: boolean, cause?: unknown): RequestFailedError {
  const text = `There are no AWS credentials: ${what}`;
  return new RequestFailedError('FC-AWS-005', text.endsWith('.') ? text : `${text}.`, {
    effect: 'none',
    transient,
    cause,
  });
}
