import type { Operation } from '../operation.ts';
import { newAddress } from './member-records.ts';

/** A member and the address that its record names. */
export interface AddressedMember {
  readonly ordinal: number;
  readonly zone: string;
  /** Empty for none. */
  readonly staticIp: string;
}

/** What became of the addresses. */
interface AddressOutcome {
  /** Addresses whose record was made now. */
  readonly made: readonly string[];
  /** Members whose address is another service's. */
  readonly foreign: readonly AddressedMember[];
}

/**
 * Makes the address records of members that have none, in batches. The record of an address is made by one service only, however many ask.
 *
 * @param known addresses that were found to be this service's before: they are not asked about again, and what is found is added;
 * `looked`: members that were there before this run, whose addresses probably have a record
 */
export async function foreignAddresses(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  serviceUuid: string,
  members: readonly AddressedMember[],
  known: { readonly confirmed: Set<string>; readonly looked: { has(ordinal: number): boolean } },
): Promise<AddressOutcome> {
  const open = members.filter(({ staticIp }) => staticIp !== '' && !known.confirmed.has(staticIp));
  const probable = open.filter(({ ordinal }) => known.looked.has(ordinal)).map(({ staticIp }) => staticIp);
  const found = probable.length > 0 ? await ports.store.addressRecords(serviceUuid, probable, { signal }) : new Map();
  const owners = new Map([...found].map(([ip, { record }]): [string, string] => [ip, record.serviceUuid]));
  const missing = open.filter(({ staticIp }) => !owners.has(staticIp));
  const outcomes = await ports.store.writeAll(
    missing.map(({ staticIp, zone }) => {
      return { op: 'create' as const, kind: 'staticIp' as const, record: newAddress(serviceUuid, staticIp, zone) };
    }),
    { signal },
  );
  const made: string[] = [];
  for (const [index, { staticIp }] of missing.entries()) {
    const outcome = outcomes[index];
    if (outcome && 'done' in outcome) made.push(staticIp);
    const stands = outcome && ('done' in outcome ? outcome.done : outcome.met);
    if (stands !== undefined) owners.set(staticIp, stands.record.serviceUuid);
  }
  for (const [ip, owner] of owners) if (owner === serviceUuid) known.confirmed.add(ip);
  return { made, foreign: open.filter(({ staticIp }) => !known.confirmed.has(staticIp)) };
}
