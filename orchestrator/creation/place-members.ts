import type { MemberRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { chooseAddresses } from '../network/choose-addresses.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import type { WantedMember } from './member-records.ts';

/** A member with its zone and address. */
export type PlacedMember = Omit<WantedMember, 'volumes'>;

/**
 * Zone and address of every member: what its record says, else what is free.
 *
 * @param known homeless: members whose address turned out to be another's; taken: asked only when an address is to be chosen
 * @throws FirecampError FC-NET-001 to 004 when a zone has no address left
 */
export async function placeMembers(
  definition: ServiceDefinition,
  network: ClusterNetwork | undefined,
  members: ReadonlyMap<number, Stored<MemberRecord>>,
  known: { readonly homeless: ReadonlySet<number>; readonly taken: () => Promise<ReadonlySet<string>> },
): Promise<PlacedMember[]> {
  const { zones, replicas, staticIp } = definition;
  const all = Array.from({ length: replicas }, (_none, ordinal): PlacedMember => {
    const record = members.get(ordinal)?.record;
    const zone = record?.zone ?? zones[ordinal % zones.length] ?? '';
    const address = known.homeless.has(ordinal) ? '' : (record?.staticIp ?? '');
    return { ordinal, zone, staticIp: address, configs: record?.configs ?? [] };
  });
  if (!staticIp || network === undefined) return all;
  const without = Map.groupBy(
    all.filter((member) => member.staticIp === ''),
    ({ zone }) => zone,
  );
  if (without.size === 0) return all;
  const taken = new Set([...(await known.taken()), ...[...members.values()].map(({ record }) => record.staticIp)]);
  const needed = new Map([...without].map(([zone, some]) => [zone, some.length]));
  const chosen = chooseAddresses(network, needed, taken);
  const given = [...without].flatMap(([zone, some]) =>
    some.map(({ ordinal }, index) => [ordinal, chosen.get(zone)?.[index]?.ip ?? ''] as const),
  );
  const byOrdinal = new Map(given);
  return all.map((member) => ({ ...member, staticIp: byOrdinal.get(member.ordinal) ?? member.staticIp }));
}
