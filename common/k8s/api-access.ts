import { readFile } from 'node:fs/promises';
import { TokenFile } from './token-file.ts';

/** What a TLS connection to the API server needs; PEM. */
export interface TlsParts {
  /** The authorities of the machine where there are none. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name in the server's certificate, where it is not that of the address. */
  readonly servername?: string;
}

/** Who a client is at the API server, and how it knows that server. */
export interface ApiAccess {
  /** The bearer token; undefined where a certificate, or nothing, says who it is. */
  token(): Promise<string | undefined>;
  /** After a 401: a token other than the refused one, where there is one by now. */
  newerThan(refused: string): Promise<string | undefined>;
  /** The same object as long as connections made with it may be kept. */
  tls(): Promise<TlsParts>;
  /** No connection came about: what is known of TLS may be outdated. */
  forgetTls(): void;
}

/** A file of an access cannot be read; `cause` is the error of the file system. */
export class AccessFileError extends Error {
  readonly code = 'ACCESS_FILE_UNREADABLE';
}

/** A token and an authority in files that somebody else renews, as in a pod. */
export class FileAccess implements ApiAccess {
  readonly #caFile: string;
  readonly #tokenFile: string;
  readonly #tokens: TokenFile;
  #tls: Promise<TlsParts> | undefined;

  constructor(caFile: string, tokenFile: string) {
    this.#caFile = caFile;
    this.#tokenFile = tokenFile;
    this.#tokens = new TokenFile(tokenFile);
  }

  async token(): Promise<string> {
    try {
      return await this.#tokens.token();
    } catch (cause) {
      throw new AccessFileError(`the token file ${this.#tokenFile} cannot be read`, { cause });
    }
  }

  newerThan(refused: string): Promise<string | undefined> {
    return this.#tokens.newerThan(refused);
  }

  async tls(): Promise<TlsParts> {
    this.#tls ??= readFile(this.#caFile, 'utf8').then((ca) => ({ ca }));
    try {
      return await this.#tls;
    } catch (cause) {
      this.#tls = undefined;
      throw new AccessFileError(`the CA file ${this.#caFile} cannot be read`, { cause });
    }
  }

  forgetTls(): void {
    this.#tls = undefined;
  }
}
