import { cidrContains, formatIpv4, isReservedByAws, parseIpv4 } from '../ipv4.ts';
import { Ec2Error, invalidValue, missing, notFound } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import type { NetworkInterface, Subnet } from './model.ts';
import type { Operations } from './operation.ts';
import { pickAddresses } from './pick-addresses.ts';
import type { QueryParams } from './query-params.ts';
import { field, itemSet } from './xml-writer.ts';

/** AssignPrivateIpAddresses and UnassignPrivateIpAddresses (EC2 API reference). Each takes effect for all its addresses or for none. */
export const addressOperations: Operations = {
  AssignPrivateIpAddresses(state, params) {
    const item = interfaceNamed(state, params);
    const subnet = subnetOf(state, item);
    // Every interface in a subnet with IPv4 has a primary address. The error's code is not published.
    if (item.addresses.length === 0) throw invalidValue(`The subnet ${subnet.id} of ${item.id} has no IPv4 CIDR block`);
    const wanted = wantedAddresses(state, subnet, item, params);
    for (const ip of wanted) assertMayMove(state, item, subnet, ip, params.flag('AllowReassignment'));
    const addresses = [...new Set([...item.addresses, ...wanted])];
    // EC2 user guide, "Maximum IP addresses per network interface": the primary counts.
    if (addresses.length > state.addressLimit(item)) {
      throw new Ec2Error('PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.');
    }
    state.setAddresses(item, addresses);
    return (
      field('return', true) +
      field('networkInterfaceId', item.id) +
      itemSet('assignedPrivateIpAddressesSet', wanted, (ip) => field('privateIpAddress', ip))
    );
  },

  UnassignPrivateIpAddresses(state, params) {
    const item = interfaceNamed(state, params);
    const unwanted = params.list('PrivateIpAddress');
    if (unwanted.length === 0) throw missing('privateIpAddresses');
    const foreign = unwanted.filter((ip) => !item.addresses.includes(ip));
    if (foreign.length > 0)
      throw invalidValue(`Some of [${foreign.join(', ')}] are not assigned to interface ${item.id}`);
    // EC2 API reference: unassigns *secondary* addresses.
    if (unwanted.includes(item.addresses[0] ?? '')) {
      throw invalidValue(
        `[${item.addresses[0]}] is the primary address of interface ${item.id} and cannot be unassigned`,
      );
    }
    state.setAddresses(
      item,
      item.addresses.filter((ip) => !unwanted.includes(ip)),
    );
    return field('return', true);
  },
};

function interfaceNamed(state: Ec2State, params: QueryParams): NetworkInterface {
  const id = params.required('NetworkInterfaceId');
  const item = state.interface(id);
  if (!item) throw notFound('InvalidNetworkInterfaceID', 'networkInterface', id);
  return item;
}

function subnetOf(state: Ec2State, item: NetworkInterface): Subnet {
  const subnet = state.subnets.get(item.subnetId);
  if (!subnet) throw new Error(`interface ${item.id} is in ${item.subnetId}, which is not there`);
  return subnet;
}

function wantedAddresses(state: Ec2State, subnet: Subnet, item: NetworkInterface, params: QueryParams): string[] {
  const named = params.list('PrivateIpAddress');
  if (params.list('Ipv4Prefix').length > 0 || params.number('Ipv4PrefixCount') !== undefined) {
    throw new Ec2Error('UnsupportedOperation', 'the simulated cloud has prefixes in its topology only');
  }
  const count = params.number('SecondaryPrivateIpAddressCount');
  // EC2 API reference: "You can't specify this parameter when also specifying a number of secondary IP addresses."
  if (named.length > 0 && count !== undefined) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The parameter privateIpAddresses cannot be used with the parameter secondaryPrivateIpAddressCount',
    );
  }
  if (named.length > 0) return named;
  if (count === undefined) throw missing('secondaryPrivateIpAddressCount or privateIpAddresses');
  if (count < 1) throw invalidValue(`Value (${count}) for parameter secondaryPrivateIpAddressCount is invalid.`);
  if (item.addresses.length + count > state.addressLimit(item)) {
    throw new Ec2Error('PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.');
  }
  const picked = pickAddresses(state, subnet, count);
  if (picked.length < count) {
    throw new Ec2Error(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.id}'`,
    );
  }
  return picked;
}

/**
 * The rules for one named address (EC2 user guide, "Secondary IP addresses for your EC2 instances", and the EC2 API
 * reference on AllowReassignment).
 */
function assertMayMove(state: Ec2State, item: NetworkInterface, subnet: Subnet, ip: string, reassign: boolean): void {
  const value = parseIpv4(ip);
  if (value === undefined || formatIpv4(value) !== ip) throw invalidValue(`invalid value for parameter address: ${ip}`);
  if (!cidrContains(subnet.range, value))
    throw invalidValue(`Address ${ip} does not fall within the subnet's address range`);
  if (isReservedByAws(subnet.range, value)) throw invalidValue(`Address ${ip} is in subnet's reserved address range`);
  const delegated = state.prefixHolderOf(value, item.vpcId);
  if (delegated) throw invalidValue(`Address ${ip} is part of a prefix of ${delegated.id}`);
  const holder = state.interface(state.holderOf(ip, item.vpcId) ?? '');
  if (!holder) return;
  if (holder.addresses[0] === ip)
    throw invalidValue(`[${ip}] is assigned as the primary address of ${holder.id}, move is not allowed.`);
  // Assigning an address to the interface that has it: the reference says nothing of it without AllowReassignment.
  if (!reassign) throw invalidValue(`[${ip}] assigned, but move is not allowed.`);
}
