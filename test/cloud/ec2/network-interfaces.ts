import { formatIpv4, parseIpv4 } from '../ipv4.ts';
import { one } from './describe-network.ts';
import { networkInterfaceXml } from './describe-network-interfaces.ts';
import { Ec2Error, invalidValue, notFound } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { instanceTypes } from './instance-types.ts';
import type { NetworkInterface, Subnet } from './model.ts';
import type { Operations } from './operation.ts';
import { isAssignable, pickAddresses } from './pick-addresses.ts';
import type { QueryParams } from './query-params.ts';
import { element, field } from './xml-writer.ts';

/** Creating, attaching and changing interfaces (EC2 API reference). */
export const interfaceOperations: Operations = {
  CreateNetworkInterface(state, params) {
    const subnet = one(state.subnets, params.required('SubnetId'), 'InvalidSubnetID', 'subnet');
    const ip = givenOrPicked(state, subnet, params.text('PrivateIpAddress'));
    const parts = state.newInterface(subnet);
    const added = state.addInterface(
      { ...parts, description: params.text('Description') ?? '', tags: params.tagsFor('network-interface') },
      [ip],
    );
    return element('networkInterface', networkInterfaceXml(state, added, added.addresses));
  },

  AttachNetworkInterface(state, params) {
    const item = interfaceNamed(state, params);
    const instance = one(state.instances, params.required('InstanceId'), 'InvalidInstanceID', 'instance');
    const deviceIndex = Number(params.required('DeviceIndex'));
    const attached = state.interfacesOf(instance.id);
    if (item.attachment) throw inUse(item);
    if (instance.state !== 'running')
      throw new Ec2Error('IncorrectInstanceState', `Instance '${instance.id}' is not running`);
    if (instance.zone !== item.zone) {
      throw invalidValue(
        `You may not attach a network interface to an instance if they are not in the same availability zone`,
      );
    }
    if (attached.some(({ attachment }) => attachment?.deviceIndex === deviceIndex)) {
      throw invalidValue(
        `Instance '${instance.id}' already has an interface attached at device index '${deviceIndex}'.`,
      );
    }
    if (attached.length >= (instanceTypes[instance.type]?.interfaces ?? 0)) {
      throw new Ec2Error(
        'AttachmentLimitExceeded',
        `Interface count ${attached.length + 1} exceeds the limit for ${instance.type}`,
      );
    }
    // One attached later survives its instance unless changed (EC2 user guide, "Delete on termination").
    const attachment = {
      id: state.newId('eni-attach'),
      instanceId: instance.id,
      deviceIndex,
      deleteOnTermination: false,
    };
    item.attachment = { ...attachment, attachedAt: state.now() };
    return field('attachmentId', attachment.id) + field('networkCardIndex', 0);
  },

  DetachNetworkInterface(state, params) {
    const id = params.required('AttachmentId');
    const item = state.interfaces().find(({ attachment }) => attachment?.id === id);
    if (!item) throw notFound('InvalidAttachmentID', 'attachment', id);
    if (item.attachment?.deviceIndex === 0) {
      throw new Ec2Error('OperationNotPermitted', 'The network interface at device index 0 cannot be detached.');
    }
    item.attachment = undefined;
    return field('return', true);
  },

  DeleteNetworkInterface(state, params) {
    const item = interfaceNamed(state, params);
    if (item.attachment) throw inUse(item);
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

function interfaceNamed(state: Ec2State, params: QueryParams): NetworkInterface {
  const id = params.required('NetworkInterfaceId');
  const item = state.interface(id);
  if (!item) throw notFound('InvalidNetworkInterfaceID', 'networkInterface', id);
  return item;
}

const inUse = (item: NetworkInterface): Ec2Error =>
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
