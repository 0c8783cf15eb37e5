import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** A token lives at most six hours. Source: EC2 user guide, "Use IMDSv2" (1 to 21,600 seconds). */
const MAX_TTL_SECONDS = 21_600;

/** The session tokens of one instance's metadata service; those of another instance are foreign. */
export class MetadataTokens {
  readonly #expiries = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new token, or undefined when the TTL is missing or out of range (the service answers 400). */
  issue(ttl: string | undefined): string | undefined {
    if (ttl === undefined || !/^\d{1,5}$/.test(ttl)) return undefined;
    const seconds = Number(ttl);
    if (seconds < 1 || seconds > MAX_TTL_SECONDS) return undefined;
    const token = `${randomBytes(40).toString('base64url')}==`;
    this.#expiries.set(token, this.#clock.now() + seconds * 1000);
    return token;
  }

  accepts(token: string | undefined): boolean {
    const expiry = token === undefined ? undefined : this.#expiries.get(token);
    return expiry !== undefined && this.#clock.now() < expiry;
  }

  /** Forgets every token, as when the instance's metadata service is restarted. */
  revokeAll(): void {
    this.#expiries.clear();
  }
}
