import { isIPv4, isIPv6 } from 'node:net';
import { compareAscii, compareNames } from './names.ts';

/** A simple (non-routed, non-alias) record set. Names are in Route 53's form. */
export interface RecordSet {
  readonly name: string;
  readonly type: string;
  /** seconds */
  readonly ttl: number;
  readonly values: readonly string[];
}

/** Record sets of one zone, by `recordKey`. */
export type RecordSets = ReadonlyMap<string, RecordSet>;

/** The types that Route 53 knows. Source: Route 53 API reference, ResourceRecordSet, Type. */
export const RECORD_TYPES: readonly string[] = [
  ...['SOA', 'A', 'TXT', 'NS', 'CNAME', 'MX', 'NAPTR', 'PTR', 'SRV', 'SPF', 'AAAA', 'CAA', 'DS', 'TLSA', 'SSHFP'],
  ...['SVCB', 'HTTPS'],
];

export function recordKey(record: { readonly name: string; readonly type: string }): string {
  return `${record.name} ${record.type}`;
}

/** Name, then type: the order of ListResourceRecordSets (Route 53 API reference, ListResourceRecordSets). */
export function compareRecords(
  left: { readonly name: string; readonly type: string },
  right: { readonly name: string; readonly type: string },
): number {
  return compareNames(left.name, right.name) || compareAscii(left.type, right.type);
}

/** Two record sets with the same values, in whatever order (a record set is a set: RFC 2181, section 5). */
export function sameValues(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const sorted = [...right].sort(compareAscii);
  return [...left].sort(compareAscii).every((value, index) => value === sorted[index]);
}

/** What is wrong with a value of a type, in Route 53's words where they are known, or undefined. */
export function valueFault(type: string, value: string): string | undefined {
  if (value === '') return 'Value is empty';
  if (type === 'A' && !isIPv4(value)) return `Value is not a valid IPv4 address`;
  if (type === 'AAAA' && !isIPv6(value)) return `Value is not a valid IPv6 address`;
  if (type === 'TXT' && !/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/s.test(value)) {
    return 'Value should be enclosed in quotation marks';
  }
  if (type === 'SRV' && !/^\d+ \d+ \d+ \S+$/.test(value)) return 'Value does not match the SRV format';
  if (type === 'MX' && !/^\d+ \S+$/.test(value)) return 'Value does not match the MX format';
  return undefined;
}
