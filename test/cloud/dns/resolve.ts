import { isWithin, normaliseName } from '../route53/names.ts';
import type { RecordSet } from '../route53/records.ts';

export interface ServedZone {
  /** in Route 53's form, with its trailing dot */
  readonly name: string;
  readonly records: readonly RecordSet[];
}

export interface Resolution {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED' | 'SERVFAIL';
  /** CNAMEs on the way first */
  readonly answers: readonly RecordSet[];
  /** the zone's SOA on a negative answer, with the TTL that the answer may be kept for */
  readonly soa: RecordSet | undefined;
}

const MAX_CNAMES = 8;

/**
 * Answers a question out of zones, as a VPC's resolver does for its private zones: the most specific zone decides, and
 * a name that is missing in it does not exist, whatever a less specific zone or the public DNS has. What no zone
 * covers is REFUSED here, where the real resolver would go on to the internet.
 *
 * Sources: Route 53 Developer Guide, "Considerations when working with a private hosted zone" (longest match,
 * NXDOMAIN); RFC 2308, section 5 (negative TTL = the lesser of the SOA's TTL and its minimum); RFC 4592 (wildcards).
 */
export function resolve(zones: readonly ServedZone[], question: { name: string; type: string }): Resolution {
  const answers: RecordSet[] = [];
  let name = normaliseName(question.name);
  for (let hops = 0; hops <= MAX_CNAMES; hops += 1) {
    const zone = bestZone(zones, name);
    if (zone === undefined) {
      // A CNAME out of the zones is given as it is, for the client to follow.
      return { rcode: answers.length > 0 ? 'NOERROR' : 'REFUSED', answers, soa: undefined };
    }
    const found = recordsAt(zone, name);
    if (found === undefined) return { rcode: 'NXDOMAIN', answers, soa: negativeSoa(zone) };
    const exact = found.filter(({ type }) => type === question.type);
    if (exact.length > 0) return { rcode: 'NOERROR', answers: [...answers, ...exact], soa: undefined };
    const alias = found.find(({ type }) => type === 'CNAME');
    if (alias === undefined) return { rcode: 'NOERROR', answers, soa: negativeSoa(zone) };
    answers.push(alias);
    name = normaliseName(alias.values[0] ?? '');
  }
  return { rcode: 'SERVFAIL', answers: [], soa: undefined };
}

function bestZone(zones: readonly ServedZone[], name: string): ServedZone | undefined {
  return zones.filter((zone) => isWithin(name, zone.name)).sort((a, b) => b.name.length - a.name.length)[0];
}

/** The record sets of a name, by wildcard where it has none; empty where it only has names below it; undefined = no such name. */
function recordsAt(zone: ServedZone, name: string): RecordSet[] | undefined {
  const own = zone.records.filter((record) => record.name === name);
  if (own.length > 0) return own;
  if (exists(zone, name)) return [];
  let encloser = parent(name);
  while (!exists(zone, encloser) && encloser !== zone.name && encloser !== '.') encloser = parent(encloser);
  const wild = zone.records.filter((record) => record.name === `\\052.${encloser}`);
  return wild.length > 0 ? wild.map((record) => ({ ...record, name })) : undefined;
}

function exists(zone: ServedZone, name: string): boolean {
  return zone.records.some((record) => isWithin(record.name, name));
}

function parent(name: string): string {
  return name.slice(name.indexOf('.') + 1) || '.';
}

function negativeSoa(zone: ServedZone): RecordSet | undefined {
  const soa = zone.records.find(({ name, type }) => name === zone.name && type === 'SOA');
  const minimum = Number(soa?.values[0]?.split(' ').at(-1));
  return soa === undefined ? undefined : { ...soa, ttl: Math.min(soa.ttl, Number.isNaN(minimum) ? soa.ttl : minimum) };
}
