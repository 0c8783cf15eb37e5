import { Ec2Error, notFound } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { type FilterFields, filtered } from './filters.ts';
import type { Attachment, NetworkInterface } from './model.ts';
import type { Operations } from './operation.ts';
import { page } from './paging.ts';
import type { QueryParams } from './query-params.ts';
import { element, field, itemSet, tagSet } from './xml-writer.ts';

/** An interface as Describe shows it at the moment of asking: its addresses may be older than the rest. */
type Described = NetworkInterface & { readonly seen: readonly string[]; readonly shown: ShownAttachment | undefined };

/** An attachment and how far it is (EC2 API reference, NetworkInterfaceAttachment, status). */
interface ShownAttachment {
  readonly attachment: Attachment;
  readonly status: 'attaching' | 'attached' | 'detaching';
}

/** Filters of DescribeNetworkInterfaces (EC2 API reference); those that look at addresses see what Describe shows. */
const fields: FilterFields<Described> = {
  'addresses.primary': (item) => item.seen.map((_, i) => String(i === 0)),
  'addresses.private-ip-address': (item) => item.seen,
  'attachment.attachment-id': (item) => attached(item, (attachment) => attachment.id),
  'attachment.delete-on-termination': (item) => attached(item, (attachment) => String(attachment.deleteOnTermination)),
  'attachment.device-index': (item) => attached(item, (attachment) => String(attachment.deviceIndex)),
  'attachment.instance-id': (item) => attached(item, (attachment) => attachment.instanceId),
  'attachment.status': (item) => [item.shown?.status ?? 'detached'],
  'availability-zone': (item) => [item.zone],
  description: (item) => [item.description],
  'interface-type': () => ['interface'],
  'mac-address': (item) => [item.mac],
  'network-interface-id': (item) => [item.id],
  'private-ip-address': (item) => item.seen.slice(0, 1),
  'requester-managed': () => ['false'],
  'source-dest-check': (item) => [String(item.sourceDestCheck)],
  status: (item) => [item.shown ? 'in-use' : 'available'],
  'subnet-id': (item) => [item.subnetId],
  'vpc-id': (item) => [item.vpcId],
};

function attached({ shown }: Described, read: (attachment: Attachment) => string) {
  return shown ? [read(shown.attachment)] : [];
}

function shownAttachment(state: Ec2State, { attachment, detaching }: NetworkInterface): ShownAttachment | undefined {
  if (attachment !== undefined) {
    const done = attachment.attachedAt + state.attachmentMs <= state.now();
    return { attachment, status: done ? 'attached' : 'attaching' };
  }
  if (detaching === undefined || detaching.until <= state.now()) return undefined;
  return { attachment: detaching.attachment, status: 'detaching' };
}

export const describeInterfaceOperations: Operations = {
  DescribeNetworkInterfaces(state, params) {
    const seen = named(state, params).map((item) => {
      return { ...item, seen: state.describedAddresses(item.id), shown: shownAttachment(state, item) };
    });
    const { items, nextToken } = page(filtered(seen, params, fields), params, {
      min: 5,
      max: 1000,
      ids: 'NetworkInterfaceId',
    });
    return itemSet('networkInterfaceSet', items, (item) => networkInterfaceXml(state, item, item.seen)) + nextToken;
  },
};

function named(state: Ec2State, params: QueryParams): NetworkInterface[] {
  const ids = params.list('NetworkInterfaceId');
  // EC2 developer guide, "Eventual consistency": what was just made may not be there yet for other calls.
  if (ids.length === 0) return state.interfaces().filter(({ visibleFrom }) => visibleFrom <= state.now());
  return ids.map((id) => {
    if (!id.startsWith('eni-')) throw new Ec2Error('InvalidNetworkInterfaceId.Malformed', `Invalid id: "${id}"`);
    const item = state.interface(id);
    if (!item || item.visibleFrom > state.now()) throw notFound('InvalidNetworkInterfaceID', 'networkInterface', id);
    return item;
  });
}

/** The NetworkInterface element (EC2 API reference), without the parts nobody here reads. */
export function networkInterfaceXml(state: Ec2State, item: NetworkInterface, addresses: readonly string[]): string {
  const shown = shownAttachment(state, item);
  return [
    field('networkInterfaceId', item.id),
    field('subnetId', item.subnetId),
    field('vpcId', item.vpcId),
    field('availabilityZone', item.zone),
    field('description', item.description),
    field('ownerId', state.accountId),
    field('requesterManaged', false),
    field('status', shown ? 'in-use' : 'available'),
    field('macAddress', item.mac),
    field('privateIpAddress', addresses[0]),
    field('sourceDestCheck', item.sourceDestCheck),
    field('interfaceType', 'interface'),
    itemSet('groupSet', item.groups, (group) => field('groupId', group)),
    shown ? attachmentXml(state, shown) : '',
    tagSet(item.tags),
    itemSet('ipv4PrefixSet', item.prefixes, (prefix) => field('ipv4Prefix', prefix)),
    itemSet(
      'privateIpAddressesSet',
      [...addresses.entries()],
      ([i, ip]) => field('privateIpAddress', ip) + field('primary', i === 0),
    ),
  ].join('');
}

function attachmentXml(state: Ec2State, { attachment, status }: ShownAttachment): string {
  return element(
    'attachment',
    field('attachmentId', attachment.id),
    field('instanceId', attachment.instanceId),
    field('instanceOwnerId', state.accountId),
    field('deviceIndex', attachment.deviceIndex),
    field('networkCardIndex', 0),
    field('status', status),
    field('attachTime', new Date(attachment.attachedAt).toISOString()),
    field('deleteOnTermination', attachment.deleteOnTermination),
  );
}
