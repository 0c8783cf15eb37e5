import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { AddressRecord } from '../ports/names.ts';

/** Lower case, without the trailing dot, and with Route 53's three-digit octal escapes undone (developer guide, "DNS domain name format"). */
export function plainName(name: string): string {
  return name
    .replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, '')
    .toLowerCase();
}

/** With the trailing dot. */
export function absoluteName(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** The record as Route 53 takes it. */
export function recordSet(record: AddressRecord): ResourceRecordSet {
  return {
    Name: absoluteName(record.name),
    Type: 'A',
    TTL: record.ttlSeconds,
    ResourceRecords: record.values.map((value) => ({ Value: value })),
  };
}

/** The record of a description; undefined unless it is an A record without alias and routing policy. */
export function plainAddressRecord(found: ResourceRecordSet): AddressRecord | undefined {
  const values = (found.ResourceRecords ?? []).flatMap(({ Value: value }) => (value === undefined ? [] : [value]));
  const special = found.SetIdentifier !== undefined || found.AliasTarget !== undefined;
  if (found.Type !== 'A' || special || found.TTL === undefined || values.length === 0) return undefined;
  return { name: plainName(found.Name ?? ''), ttlSeconds: found.TTL, values };
}
