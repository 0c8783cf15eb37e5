import { FirecampError } from '../../common/domain/errors.ts';
import type { ZoneRecord } from '../../common/ports/hosted-zones.ts';
import type { Operation } from '../operation.ts';
import type { NameState } from './observations.ts';

/**
 * What these names have in the zone. Its pages are read until every name was met or single questions for the rest cost no more than the
 * pages did: at most twice the least number of calls, whether the zone is large or the service. Route 53 takes five calls a second from a
 * whole account (Route 53 developer guide, "Quotas").
 */
export async function readNames(
  { zones, names }: Pick<Operation['ports'], 'zones' | 'names'>,
  zoneId: string,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, NameState>> {
  const found = new Map<string, NameState>();
  const missing = new Set(wanted);
  let pages = 0;
  for await (const page of zones.records(zoneId, { signal })) {
    pages += 1;
    for (const record of page) {
      if (!missing.has(record.name) || !isAddress(record)) continue;
      found.set(record.name, nameState(record));
      missing.delete(record.name);
    }
    if (missing.size > pages) continue;
    for (const name of missing) {
      const state = await findName(names, zoneId, name, signal);
      if (state !== undefined) found.set(name, state);
    }
    return found;
  }
  return found;
}

/** What every name of the zone has that has an A record or a CNAME, in as many calls as the zone has pages. */
export async function readZoneNames(
  { zones }: Pick<Operation['ports'], 'zones'>,
  zoneId: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, NameState>> {
  const found = new Map<string, NameState>();
  for await (const page of zones.records(zoneId, { signal })) {
    for (const record of page) if (isAddress(record)) found.set(record.name, nameState(record));
  }
  return found;
}

/** A CNAME excludes an A record of its name. */
function isAddress({ type }: ZoneRecord): boolean {
  return type === 'A' || type === 'CNAME';
}

function nameState({ type, address }: ZoneRecord): NameState {
  if (address !== undefined) return { values: address.values };
  return { special: type === 'A' ? 'an alias or a routing policy' : `a ${type} record` };
}

async function findName(
  names: Operation['ports']['names'],
  zoneId: string,
  name: string,
  signal: AbortSignal,
): Promise<NameState | undefined> {
  try {
    const record = await names.find(zoneId, name, { signal });
    return record && { values: record.values };
  } catch (error) {
    if (!(error instanceof FirecampError) || error.code !== 'FC-DNS-002') throw error;
    return { special: 'an alias or a routing policy' };
  }
}
