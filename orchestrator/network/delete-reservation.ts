import { FirecampError } from '../../common/domain/errors.ts';
import { cidrContains } from '../../common/domain/ipv4.ts';
import type { AddressReservation } from '../../common/ports/subnets.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import type { OperationResult } from '../service-operations.ts';
import { readClusterNetwork } from './read-cluster-network.ts';
import { addressedMembers } from './taken-addresses.ts';
import { whoseReservation } from './whose-reservation.ts';

/**
 * Gives a range back that was kept for this cluster's members. One that is not there is fine.
 *
 * @throws FirecampError FC-NET-006 while member records name addresses in it, FC-NET-008 when it is not this cluster's, and as `readClusterNetwork`
 */
export async function deleteReservation(operation: Operation, id: string): Promise<OperationResult> {
  const { ports, signal, settings } = operation;
  const { subnets, clusterUid, vpcId } = await readClusterNetwork(operation, undefined);
  const other = subnets.flatMap(({ others }) => others).find((one) => one.id === id);
  if (other !== undefined) throw ofAnother(other, whoseReservation(other, { ...settings, clusterUid }));
  const own = subnets.flatMap((subnet) => subnet.own).find((one) => one.id === id);
  if (own === undefined) return { changes: [{ ...named(id), action: 'keep', detail: `is not there in ${vpcId}` }] };
  await refuseWhileUsed(operation, own);
  if (operation.dryRun === 'none') {
    await step(operation, { step: `give back ${own.cidr} of ${own.subnetId}` }, () =>
      // Deleting what is deleted is no harm, so no look is needed before it is sent again.
      retried(operation, () => ports.subnets.unreserve(id, { signal })),
    );
  }
  return { changes: [{ ...named(id), action: 'delete', detail: `${own.cidr} of ${own.subnetId}` }] };
}

function named(id: string): Pick<Change, 'kind' | 'name'> {
  return { kind: 'reservation', name: id };
}

async function refuseWhileUsed(operation: Operation, { id, cidr }: AddressReservation): Promise<void> {
  const members = (await addressedMembers(operation)).filter(({ ip }) => cidrContains(cidr, ip));
  if (members.length === 0) return;
  const names = members.map(({ member, ip }) => `${ip} of ${member}`);
  const shown = `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
  const message = `The reservation ${id} (${cidr}) has addresses of members: ${shown}.`;
  const services = [...new Set(members.map(({ service }) => service))];
  throw new FirecampError('FC-NET-006', message, { fields: { reservation: id, services, members: names } });
}

function ofAnother({ id, cidr }: AddressReservation, whose: string): FirecampError {
  const message = `The reservation ${id} (${cidr}) is not kept for this cluster's members: it is ${whose}.`;
  return new FirecampError('FC-NET-008', message, { fields: { reservation: id, whose } });
}
