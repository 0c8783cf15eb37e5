import { readFile } from 'node:fs/promises';

/** kubelet replaces the token long before it ends, so a minute's delay is safe (client-go does the same). */
const rereadAfterMs = 60_000;

/** A bearer token in a file that somebody else renews. */
export class TokenFile {
  readonly #file: string;
  readonly #now: () => number;
  #token = '';
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(file: string, now: () => number = () => performance.now()) {
    this.#file = file;
    this.#now = now;
  }

  /** The token, at most a minute old. Rejects as `readFile` does when there never was one. */
  async token(): Promise<string> {
    if (this.#now() - this.#readAt >= rereadAfterMs) await this.#read();
    return this.#token;
  }

  /** Reads the file now; the token where it is another than the refused one. */
  async newerThan(refused: string): Promise<string | undefined> {
    await this.#read();
    return this.#token === refused ? undefined : this.#token;
  }

  async #read(): Promise<void> {
    try {
      this.#token = (await readFile(this.#file, 'utf8')).trim();
    } catch (error) {
      // An unreadable file leaves the token that still works; it is asked for again next time.
      if (this.#token === '') throw error;
      return;
    }
    this.#readAt = this.#now();
  }
}
