import { cidrCovers, cidrsOverlap, parseCidr } from '../ipv4.ts';
import { one } from './describe-network.ts';
import { Ec2Error, invalidValue } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { filtered } from './filters.ts';
import type { Reservation } from './model.ts';
import type { Operations } from './operation.ts';
import { page } from './paging.ts';
import { element, field, itemSet, tagSet } from './xml-writer.ts';

/**
 * Subnet CIDR reservations (VPC user guide, "Subnet CIDR reservations"): inside the subnet, not overlapping one another;
 * addresses in use may be in one, and stay in use. The error codes of a bad range are not published.
 */
export const reservationOperations: Operations = {
  CreateSubnetCidrReservation(state, params) {
    const subnet = one(state.subnets, params.required('SubnetId'), 'InvalidSubnetID', 'subnet');
    const cidr = params.required('Cidr');
    const type = params.required('ReservationType');
    const range = parseCidr(cidr);
    if (type !== 'explicit' && type !== 'prefix')
      throw invalidValue(`Value (${type}) for parameter reservationType is invalid.`);
    if (!range) throw invalidValue(`Value (${cidr}) for parameter cidr is invalid. This is not a valid CIDR block.`);
    if (!cidrCovers(subnet.range, range))
      throw invalidValue(`The CIDR '${cidr}' is not within the subnet's CIDR range`);
    const overlapping = [...state.reservations.values()].find(
      (item) => item.subnetId === subnet.id && cidrsOverlap(item.range, range),
    );
    if (overlapping) throw invalidValue(`The CIDR '${cidr}' overlaps with the reservation ${overlapping.id}`);
    const added: Reservation = {
      id: state.newId('scr'),
      subnetId: subnet.id,
      cidr,
      range,
      type,
      description: params.text('Description'),
      tags: params.tagsFor('subnet-cidr-reservation'),
    };
    state.reservations.set(added.id, added);
    return element('subnetCidrReservation', reservationXml(state, added));
  },

  GetSubnetCidrReservations(state, params) {
    const subnet = one(state.subnets, params.required('SubnetId'), 'InvalidSubnetID', 'subnet');
    const own = [...state.reservations.values()].filter((item) => item.subnetId === subnet.id);
    const found = filtered(own, params, {
      reservationType: (item) => [item.type],
      'subnet-id': (item) => [item.subnetId],
    });
    const { items, nextToken } = page(found, params, { min: 5, max: 1000 });
    return (
      itemSet('subnetIpv4CidrReservationSet', items, (item) => reservationXml(state, item)) +
      element('subnetIpv6CidrReservationSet') +
      nextToken
    );
  },

  DeleteSubnetCidrReservation(state, params) {
    const id = params.required('SubnetCidrReservationId');
    const item = state.reservations.get(id);
    if (!item)
      throw new Ec2Error(
        'InvalidSubnetCidrReservationID.NotFound',
        `The subnet CIDR reservation ID '${id}' does not exist`,
      );
    state.reservations.delete(id);
    return element('deletedSubnetCidrReservation', reservationXml(state, item));
  },
};

function reservationXml(state: Ec2State, item: Reservation): string {
  return [
    field('subnetCidrReservationId', item.id),
    field('subnetId', item.subnetId),
    field('cidr', item.cidr),
    field('reservationType', item.type),
    field('ownerId', state.accountId),
    field('description', item.description),
    tagSet(item.tags),
  ].join('');
}
