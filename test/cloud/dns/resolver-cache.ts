import type { Clock } from '../clock.ts';
import { normaliseName } from '../route53/names.ts';
import type { Resolution } from './resolve.ts';

interface Entry {
  readonly resolution: Resolution;
  readonly storedAt: number;
  readonly expiresAt: number;
}

/**
 * Keeps answers as long as their TTL says, and "no such name" as long as the SOA says, which for Route 53's zones is
 * 900 s: a name that is asked for before it exists stays missing (RFC 2308, section 5).
 */
export class ResolverCache {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The kept answer with its TTLs counted down, or a fresh one from `ask`. */
  answer(question: { name: string; type: string }, ask: () => Resolution): Resolution {
    const key = `${normaliseName(question.name)} ${question.type}`;
    const now = this.#clock.now();
    const kept = this.#entries.get(key);
    if (kept !== undefined && now < kept.expiresAt) return aged(kept, now);
    const resolution = ask();
    const ttls = [...resolution.answers, ...(resolution.soa === undefined ? [] : [resolution.soa])].map(
      ({ ttl }) => ttl,
    );
    const keep = resolution.rcode === 'NOERROR' || resolution.rcode === 'NXDOMAIN';
    if (keep && ttls.length > 0) {
      this.#entries.set(key, { resolution, storedAt: now, expiresAt: now + Math.min(...ttls) * 1000 });
    }
    return resolution;
  }

  flush(): void {
    this.#entries.clear();
  }
}

function aged({ resolution, storedAt }: Entry, now: number): Resolution {
  const seconds = Math.floor((now - storedAt) / 1000);
  const age = <T extends { readonly ttl: number }>(record: T) => ({ ...record, ttl: record.ttl - seconds });
  const { soa } = resolution;
  return { ...resolution, answers: resolution.answers.map(age), soa: soa === undefined ? undefined : age(soa) };
}
