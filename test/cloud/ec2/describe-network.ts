import { Ec2Error, invalidValue, notFound } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { type FilterFields, filtered } from './filters.ts';
import { instanceTypes } from './instance-types.ts';
import type { Subnet, Vpc } from './model.ts';
import type { Operations } from './operation.ts';
import { page } from './paging.ts';
import type { QueryParams } from './query-params.ts';
import { element, field, itemSet, tagSet } from './xml-writer.ts';

const subnetFields: FilterFields<Subnet> = {
  'availability-zone': (item) => [item.zone],
  'cidr-block': (item) => [item.cidr],
  state: () => ['available'],
  'subnet-id': (item) => [item.id],
  'vpc-id': (item) => [item.vpcId],
};

const vpcFields: FilterFields<Vpc> = {
  cidr: (item) => [item.cidr],
  state: () => ['available'],
  'vpc-id': (item) => [item.id],
};

/** DescribeSubnets, DescribeVpcs, DescribeVpcAttribute and DescribeInstanceTypes (EC2 API reference). */
export const describeNetworkOperations: Operations = {
  DescribeSubnets(state, params) {
    const found = filtered(named(state.subnets, params, 'SubnetId', 'InvalidSubnetID', 'subnet'), params, subnetFields);
    const { items, nextToken } = page(found, params, { min: 5, max: 1000 });
    return itemSet('subnetSet', items, (item) => subnetXml(state, item)) + nextToken;
  },

  DescribeVpcs(state, params) {
    const found = filtered(named(state.vpcs, params, 'VpcId', 'InvalidVpcID', 'vpc'), params, vpcFields);
    const { items, nextToken } = page(found, params, { min: 5, max: 1000 });
    const vpc = (item: Vpc) =>
      field('vpcId', item.id) + field('cidrBlock', item.cidr) + field('state', 'available') + tagSet(item.tags);
    return itemSet('vpcSet', items, vpc) + nextToken;
  },

  DescribeVpcAttribute(state, params) {
    const vpc = one(state.vpcs, params.required('VpcId'), 'InvalidVpcID', 'vpc');
    const name = params.required('Attribute');
    // One attribute a call: EC2 API reference, DescribeVpcAttribute.
    if (name !== 'enableDnsHostnames' && name !== 'enableDnsSupport') {
      throw invalidValue(`Value (${name}) for parameter attribute is invalid. Unknown attribute.`);
    }
    return field('vpcId', vpc.id) + element(name, field('value', vpc[name]));
  },

  DescribeInstanceTypes(_state, params) {
    const asked = params.list('InstanceType');
    const unknown = asked.filter((type) => !Object.hasOwn(instanceTypes, type));
    if (unknown.length > 0) {
      throw new Ec2Error(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const all = Object.entries(instanceTypes).map(([id, type]) => ({ id, ...type, tags: new Map<string, string>() }));
    const found = filtered(asked.length > 0 ? all.filter(({ id }) => asked.includes(id)) : all, params, {
      'instance-type': ({ id }) => [id],
    });
    const { items, nextToken } = page(found, params, { min: 5, max: 100, ids: 'InstanceType' });
    const network = (item: (typeof all)[number]) =>
      element(
        'networkInfo',
        field('maximumNetworkInterfaces', item.interfaces),
        field('ipv4AddressesPerInterface', item.addresses),
        // The types of the table have one network card (EC2 user guide, "Network cards").
        element(
          'networkCards',
          element('item', field('networkCardIndex', 0), field('maximumNetworkInterfaces', item.interfaces)),
        ),
      );
    return itemSet('instanceTypeSet', items, (item) => field('instanceType', item.id) + network(item)) + nextToken;
  },
};

/** The resources that a list parameter names, or all. */
function named<T>(map: ReadonlyMap<string, T>, params: QueryParams, list: string, code: string, name: string): T[] {
  const ids = params.list(list);
  return ids.length === 0 ? [...map.values()] : ids.map((id) => one(map, id, code, name));
}

/** @throws Ec2Error `<code>.NotFound` */
export function one<T>(map: ReadonlyMap<string, T>, id: string, code: string, name: string): T {
  const item = map.get(id);
  if (item === undefined) throw notFound(code, name, id);
  return item;
}

function subnetXml(state: Ec2State, item: Subnet): string {
  const used = state.interfaces().filter(({ subnetId }) => subnetId === item.id);
  const free = item.range.size - 5 - used.reduce((sum, { addresses }) => sum + addresses.length, 0);
  return [
    field('subnetId', item.id),
    field('state', 'available'),
    field('vpcId', item.vpcId),
    field('cidrBlock', item.cidr),
    field('availableIpAddressCount', free),
    field('availabilityZone', item.zone),
    field('ownerId', state.accountId),
    field('subnetArn', `arn:aws:ec2:${state.region}:${state.accountId}:subnet/${item.id}`),
    tagSet(item.tags),
  ].join('');
}
