import { formatIpv4, parseIpv4 } from '../ipv4.ts';
import { one } from './describe-network.ts';
import { networkInterfaceXml } from './describe-network-interfaces.ts';
import { Ec2Error, invalidValue, notFound, parameterMismatch } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import type { NetworkInterface, Subnet } from './model.ts';
import type { Operations } from './operation.ts';
import { isAssignable, pickAddresses } from './pick-addresses.ts';
import type { QueryParams } from './query-params.ts';
import { element, field } from './xml-writer.ts';

/** Creating, changing and deleting interfaces (EC2 API reference). */
export const interfaceOperations: Operations = {
  CreateNetworkInterface(state, params) {
    const token = params.text('ClientToken');
    const asked = params.entries().join('\n');
    const before = token === undefined ? undefined : state.interfaceTokens.get(token);
    if (before !== undefined) {
      if (before.asked !== asked) throw parameterMismatch();
      // EC2 developer guide, "Ensuring idempotency": no further action, and the result may be newer. That of one which was deleted since
      // is not published.
      const now = state.interface(before.id);
      return now ? element('networkInterface', networkInterfaceXml(state, now, now.addresses)) : before.reply;
    }
    const added = state.addInterface(...newInterface(state, params));
    const reply = element('networkInterface', networkInterfaceXml(state, added, added.addresses));
    if (token !== undefined) state.interfaceTokens.set(token, { asked, id: added.id, reply });
    return reply;
  },

  DeleteNetworkInterface(state, params) {
    const item = interfaceNamed(state, params);
    if (isBusy(state, item)) throw inUse(item);
    state.removeInterface(item);
    return field('return', true);
  },

  ModifyNetworkInterfaceAttribute(state, params) {
    const item = interfaceNamed(state, params);
    const deleteOnTermination = params.optionalFlag('Attachment.DeleteOnTermination');
    if (deleteOnTermination !== undefined) {
      const id = params.required('Attachment.AttachmentId');
      if (item.attachment?.id !== id) throw notFound('InvalidAttachmentID', 'attachment', id);
      item.attachment.deleteOnTermination = deleteOnTermination;
    }
    item.description = params.text('Description.Value') ?? item.description;
    item.sourceDestCheck = params.optionalFlag('SourceDestCheck.Value') ?? item.sourceDestCheck;
    return field('return', true);
  },
};

function newInterface(state: Ec2State, params: QueryParams): Parameters<Ec2State['addInterface']> {
  const subnet = one(state.subnets, params.required('SubnetId'), 'InvalidSubnetID', 'subnet');
  const parts = state.newInterface(subnet);
  const wanted = params.list('SecurityGroupId');
  const unknown = wanted.find((id) => state.securityGroups.get(id) !== subnet.vpcId);
  if (unknown !== undefined) {
    throw new Ec2Error('InvalidGroup.NotFound', `The security group '${unknown}' does not exist in '${subnet.vpcId}'`);
  }
  const ip = givenOrPicked(state, subnet, params.text('PrivateIpAddress'));
  return [
    {
      ...parts,
      description: params.text('Description') ?? '',
      groups: wanted.length > 0 ? wanted : parts.groups,
      visibleFrom: state.now() + state.visibilityDelayMs,
      tags: params.tagsFor('network-interface'),
    },
    [ip],
  ];
}

/** The interface that a request is about. @throws Ec2Error InvalidNetworkInterfaceID.NotFound */
export function interfaceNamed(state: Ec2State, params: QueryParams): NetworkInterface {
  const id = params.required('NetworkInterfaceId');
  const item = state.interface(id);
  if (!item) throw notFound('InvalidNetworkInterfaceID', 'networkInterface', id);
  return item;
}

/** Attached, or still being detached. */
export function isBusy(state: Ec2State, { attachment, detaching }: NetworkInterface): boolean {
  return attachment !== undefined || (detaching !== undefined && detaching.until > state.now());
}

/** Of one that is attached, or still being detached. */
export const inUse = (item: NetworkInterface): Ec2Error =>
  new Ec2Error('InvalidNetworkInterface.InUse', `Interface: [${item.id}] in use.`);

/** The primary address of something new. A range that is reserved gives only addresses that are asked for by name. */
export function givenOrPicked(state: Ec2State, subnet: Subnet, wanted: string | undefined): string {
  if (wanted === undefined) {
    const [picked] = pickAddresses(state, subnet, 1);
    if (picked === undefined) {
      throw new Ec2Error(
        'InsufficientFreeAddressesInSubnet',
        `There are not enough free addresses in subnet '${subnet.id}'`,
      );
    }
    return picked;
  }
  const value = parseIpv4(wanted);
  if (value === undefined || formatIpv4(value) !== wanted)
    throw invalidValue(`invalid value for parameter address: ${wanted}`);
  if (state.holderOf(wanted, subnet.vpcId) !== undefined)
    throw new Ec2Error('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
  if (!isAssignable(state, subnet, value))
    throw invalidValue(`Address ${wanted} does not fall within the subnet's address range`);
  return wanted;
}
