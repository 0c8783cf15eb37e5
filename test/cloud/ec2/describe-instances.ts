import { networkInterfaceXml } from './describe-network-interfaces.ts';
import { notFound } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { type FilterFields, filtered } from './filters.ts';
import type { Instance, NetworkInterface } from './model.ts';
import type { Operations } from './operation.ts';
import { page } from './paging.ts';
import type { QueryParams } from './query-params.ts';
import { element, field, itemSet, tagSet } from './xml-writer.ts';

type Described = Instance & { readonly interfaces: readonly NetworkInterface[]; readonly seen: readonly string[] };

/** Filters of DescribeInstances (EC2 API reference). */
const fields: FilterFields<Described> = {
  'availability-zone': (item) => [item.zone],
  'instance-id': (item) => [item.id],
  'instance-state-code': (item) => [String(stateCode[item.state])],
  'instance-state-name': (item) => [item.state],
  'instance-type': (item) => [item.type],
  'network-interface.addresses.private-ip-address': (item) => item.seen,
  'network-interface.network-interface-id': (item) => item.interfaces.map(({ id }) => id),
  'private-ip-address': (item) => item.seen.slice(0, 1),
  'subnet-id': (item) => item.interfaces.slice(0, 1).map(({ subnetId }) => subnetId),
  'vpc-id': (item) => item.interfaces.slice(0, 1).map(({ vpcId }) => vpcId),
};

/** EC2 API reference, "InstanceState". */
const stateCode = { running: 16, terminated: 48 } as const;

export const describeInstanceOperations: Operations = {
  DescribeInstances(state, params) {
    const described = named(state, params).map((item) => {
      const interfaces = state.interfacesOf(item.id);
      return { ...item, interfaces, seen: interfaces.flatMap(({ id }) => state.describedAddresses(id)) };
    });
    const { items, nextToken } = page(filtered(described, params, fields), params, {
      min: 5,
      max: 1000,
      ids: 'InstanceId',
    });
    const reservation = (item: Described) =>
      field('reservationId', `r-${item.id.slice(2)}`) +
      field('ownerId', state.accountId) +
      element('instancesSet', element('item', instanceXml(state, item, item.interfaces)));
    return itemSet('reservationSet', items, reservation) + nextToken;
  },
};

function named(state: Ec2State, params: QueryParams): Instance[] {
  const ids = params.list('InstanceId');
  if (ids.length === 0) return [...state.instances.values()];
  return ids.map((id) => {
    const item = state.instances.get(id);
    if (!item) throw notFound('InvalidInstanceID', 'instance', id);
    return item;
  });
}

/** The Instance element (EC2 API reference), without the parts nobody here reads. */
export function instanceXml(state: Ec2State, item: Instance, interfaces: readonly NetworkInterface[]): string {
  const primary = interfaces[0];
  return [
    field('instanceId', item.id),
    field('instanceType', item.type),
    instanceStateXml('instanceState', item.state),
    field('launchTime', new Date(item.launchedAt).toISOString()),
    element('placement', field('availabilityZone', item.zone)),
    field('privateIpAddress', primary && state.describedAddresses(primary.id)[0]),
    field('subnetId', primary?.subnetId),
    field('vpcId', primary?.vpcId),
    element('metadataOptions', field('httpPutResponseHopLimit', item.metadataHopLimit)),
    tagSet(item.tags),
    itemSet('networkInterfaceSet', interfaces, (each) =>
      networkInterfaceXml(state, each, state.describedAddresses(each.id)),
    ),
  ].join('');
}

export function instanceStateXml(name: string, value: Instance['state']): string {
  return element(name, field('code', stateCode[value]), field('name', value));
}
