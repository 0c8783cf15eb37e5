import type { MemberRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { chooseAddresses } from '../network/choose-addresses.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import type { WantedMember } from './member-records.ts';

/** A member with its zone and address. */
export type PlacedMember = Omit<WantedMember, 'volumes'>;

/**
 * Zone and address of every member: what its record says, else what is free. What is found to be taken is added to `taken`.
 *
 * @param homeless members whose address turned out to be another's
 * @throws FirecampError FC-NET-001 to 004 when a zone has no address left
 */
export function placeMembers(
  definition: ServiceDefinition,
  network: ClusterNetwork | undefined,
  members: ReadonlyMap<number, Stored<MemberRecord>>,
  homeless: ReadonlySet<number>,
  taken: Set<string>,
): PlacedMember[] {
  const { zones, replicas, staticIp } = definition;
  const all = Array.from({ length: replicas }, (_none, ordinal): PlacedMember => {
    const record = members.get(ordinal)?.record;
    const zone = record?.zone ?? zones[ordinal % zones.length] ?? '';
    const address = homeless.has(ordinal) ? '' : (record?.staticIp ?? '');
    return { ordinal, zone, staticIp: address, configs: record?.configs ?? [] };
  });
  if (!staticIp || network === undefined) return all;
  const without = Map.groupBy(
    all.filter((member) => member.staticIp === ''),
    ({ zone }) => zone,
  );
  if (without.size === 0) return all;
  for (const member of members.values()) taken.add(member.record.staticIp);
  const needed = new Map([...without].map(([zone, some]) => [zone, some.length]));
  const chosen = chooseAddresses(network, needed, taken);
  const given = [...without].flatMap(([zone, some]) =>
    some.map(({ ordinal }, index) => [ordinal, chosen.get(zone)?.[index]?.ip ?? ''] as const),
  );
  const byOrdinal = new Map(given);
  return all.map((member) => ({ ...member, staticIp: byOrdinal.get(member.ordinal) ?? member.staticIp }));
}
