import { FirecampError } from '../../common/domain/errors.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { together } from '../../common/runtime/together.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { addressesOf } from './address-ranges.ts';
import type { ClusterSubnet, TakenAddresses } from './cluster-network.ts';
import { subnetsAtOnce } from './read-cluster-network.ts';

/** A member whose record names an address. */
export interface AddressedMember {
  readonly service: string;
  readonly member: string;
  readonly ip: string;
}

type Reading = Pick<Operation, 'ports' | 'signal'>;

/** Services whose members are listed at a time. */
const servicesAtOnce = 8;

/**
 * Every address that cannot be given to a new member: what EC2 shows in the subnets that have a reservation of ours, and what the member
 * records of all services name. EC2's view may be some seconds old; the address record's compare-and-set is what decides.
 */
export async function takenAddresses(operation: Reading, subnets: readonly ClusterSubnet[]): Promise<TakenAddresses> {
  const [inEc2, members] = await together(operation.signal, [
    (signal) =>
      heldAddresses(
        { ...operation, signal },
        subnets.filter(({ own }) => own.length > 0),
      ),
    (signal) => addressedMembers({ ...operation, signal }),
  ]);
  return new Set([...inEc2, ...members.map(({ ip }) => ip)]);
}

/** Addresses that interfaces in these subnets have, those of delegated prefixes among them. */
export async function heldAddresses(
  { ports, signal }: Reading,
  subnets: readonly Pick<ClusterSubnet, 'subnet'>[],
): Promise<string[]> {
  const found = await bounded(signal, subnets, subnetsAtOnce, ({ subnet }, joined) =>
    ports.subnets.taken(subnet.id, { signal: joined }),
  );
  return found.flatMap(({ addresses, prefixes }) => [
    ...addresses,
    ...prefixes.flatMap((prefix) => [...addressesOf(prefix)]),
  ]);
}

/**
 * Every member of every service whose record names an address, also where the member is scaled away and only keeps it. None where the
 * table or namespace of the records does not exist yet.
 */
export async function addressedMembers(operation: Reading): Promise<AddressedMember[]> {
  const { ports, signal } = operation;
  const services = await retried(operation, () => ports.store.list('service', {}, { signal })).catch(noneWithoutStore);
  const found = await bounded(signal, services, servicesAtOnce, async ({ record }, joined) => {
    const { serviceUuid, serviceName } = record;
    const list = () => ports.store.list('member', { serviceUuid }, { signal: joined });
    const members = await retried({ ports, signal: joined }, list);
    return members
      .filter((member) => member.record.staticIp !== '')
      .map((member) => ({ service: serviceName, member: member.record.memberName, ip: member.record.staticIp }));
  });
  return found.flat();
}

function noneWithoutStore(error: unknown): [] {
  if (error instanceof FirecampError && error.code === 'FC-REC-006') return [];
  throw error;
}
