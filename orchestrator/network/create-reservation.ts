import { RequestFailedError } from '../../common/domain/errors.ts';
import { isOwnReservation, type ReservationOwner, reservationTags } from '../../common/domain/reservation-tags.ts';
import type { AddressReservation } from '../../common/ports/subnets.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import type { OperationResult } from '../service-operations.ts';
import type { ClusterSubnet } from './cluster-network.ts';
import { findSubnet } from './find-subnet.ts';
import { planReservation, type ReservationPlan } from './plan-reservation.ts';
import { readClusterNetwork } from './read-cluster-network.ts';
import type { ReservationRequest } from './reservation-request.ts';
import { heldAddresses } from './taken-addresses.ts';

/** What was reserved, or with a dry run would be. */
export interface ReservationResult extends OperationResult {
  /** undefined with a dry run. */
  readonly id: string | undefined;
  readonly subnetId: string;
  readonly zone: string;
  readonly cidr: string;
  /** Addresses in the range that interfaces have now; they stay theirs, and no member gets them until they are free. */
  readonly inUse: readonly string[];
  /** Addresses that members can get out of it now. */
  readonly free: number;
}

/**
 * Keeps a range of a subnet for the addresses of this cluster's members: an explicit subnet CIDR reservation with `reservationTags`. The same
 * range again changes nothing; without a range each run reserves another block. No reply is followed by a look, so that nothing is reserved twice.
 *
 * @throws FirecampError FC-NET-007 when the range or the request cannot be used, FC-NET-002, FC-NET-001 and FC-NET-005 as `readClusterNetwork`
 */
export async function createReservation(operation: Operation, request: ReservationRequest): Promise<ReservationResult> {
  const network = await readClusterNetwork(operation, undefined);
  const found = findSubnet(network, request);
  const plan = planReservation(found, request, await heldAddresses(operation, [found]));
  const owner = { ...operation.settings, clusterUid: network.clusterUid };
  const id = plan.existing?.id ?? (await reserve(operation, found, plan, owner));
  const { id: subnetId, zone } = found.subnet;
  const { cidr, inUse, free } = plan;
  return { id, subnetId, zone, cidr, inUse, free, changes: [changeOf(found, plan)] };
}

async function reserve(
  operation: Operation,
  { subnet }: ClusterSubnet,
  { cidr }: ReservationPlan,
  owner: ReservationOwner,
): Promise<string | undefined> {
  const { ports, signal, dryRun } = operation;
  if (dryRun !== 'none') return undefined;
  const send = async () => {
    try {
      return await ports.subnets.reserve(subnet.id, cidr, reservationTags(owner), { signal });
    } catch (error) {
      // Of a definite refusal too: it is what a repeated request meets after the first was done without a reply.
      const made =
        error instanceof RequestFailedError ? await ownReservation(operation, subnet.id, cidr, owner) : undefined;
      if (made === undefined) throw error;
      return made;
    }
  };
  const made = await step(operation, { step: `reserve ${cidr} of ${subnet.id}` }, () => retried(operation, send));
  return made.id;
}

async function ownReservation(
  { ports, signal }: Operation,
  subnetId: string,
  cidr: string,
  owner: ReservationOwner,
): Promise<AddressReservation | undefined> {
  const all = await ports.subnets.reservations(subnetId, { signal });
  return all.find((one) => one.cidr === cidr && one.kind === 'explicit' && isOwnReservation(one.tags, owner));
}

function changeOf({ subnet }: ClusterSubnet, { cidr, existing, inUse }: ReservationPlan): Change {
  const where = `of ${subnet.id} in ${subnet.zone}`;
  const used = inUse.length === 0 ? '' : `; in use now: ${inUse.slice(0, 5).join(', ')}${inUse.length > 5 ? ' …' : ''}`;
  if (existing) return { action: 'keep', kind: 'reservation', name: cidr, detail: `${existing.id} ${where}${used}` };
  return { action: 'create', kind: 'reservation', name: cidr, detail: `${where}${used}` };
}
