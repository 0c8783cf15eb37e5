import { cidrContains, formatIpv4, isReservedByAws } from '../ipv4.ts';
import type { Ec2Resources } from './ec2-resources.ts';
import type { Subnet } from './model.ts';

/** Free, inside the subnet and not one of the five that AWS keeps. */
export function isAssignable(state: Ec2Resources, subnet: Subnet, value: number): boolean {
  return (
    cidrContains(subnet.range, value) &&
    !isReservedByAws(subnet.range, value) &&
    state.holderOf(formatIpv4(value), subnet.vpcId) === undefined &&
    state.prefixHolderOf(value, subnet.vpcId) === undefined
  );
}

/**
 * Addresses AWS picks by itself: free, not among the five it keeps, and in no reservation (VPC user guide, "Subnet CIDR
 * reservations": not assigned automatically). Fewer than `count` when the subnet has no more. AWS publishes no order; the
 * lowest first makes a freed address go to a stranger soonest.
 */
export function pickAddresses(state: Ec2Resources, subnet: Subnet, count: number): string[] {
  const kept = [...state.reservations.values()].filter((item) => item.subnetId === subnet.id);
  const picked: string[] = [];
  const end = subnet.range.base + subnet.range.size;
  for (let value = subnet.range.base; value < end && picked.length < count; value += 1) {
    if (!isAssignable(state, subnet, value) || kept.some((item) => cidrContains(item.range, value))) continue;
    picked.push(formatIpv4(value));
  }
  return picked;
}
