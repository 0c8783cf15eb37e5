import { leastRecordCalls } from './least-records.ts';
import { batches, type Least, type LeastByCall, once, pages, perRequest, shape } from './limits.ts';
import type { OperationName, Sizes } from './sizes.ts';

const anObject = 'an object a request';
const aFilter = `${perRequest.filterValues} a filter`;
const objectPage = `${perRequest.objects} a page`;

/** The least calls that an operation on a service of these sizes could do with, by name; a call that is not here need not be at all. */
export function leastCalls(operation: OperationName, sizes: Sizes): ReadonlyMap<string, Least> {
  const least = { ...leastRecordCalls(operation, sizes), ...others(operation, sizes) };
  return new Map(Object.entries(least).filter(([, { count }]) => count > 0));
}

function others(operation: OperationName, sizes: Sizes): LeastByCall {
  switch (operation) {
    case 'create':
      return { ...ground(sizes, 'needed'), ...growth(sizes), ...firstName() };
    case 'create again':
      return { ...ground(sizes, 'not needed'), ...kept(sizes), ...lookAtNames(sizes) };
    case 'status':
      return status(sizes);
    case 'scale up':
      return { ...ground(sizes, 'needed'), ...growth(sizes), ...kept(sizes), ...once('Route 53 GetChange') };
    case 'scale down':
      return { ...ground(sizes, 'not needed'), ...kept(sizes), ...removal(sizes) };
    case 'delete':
      return {
        ...volumeLists(sizes),
        ...removal(sizes),
        ...deletedVolumes(sizes),
        ...once('Route 53 DeleteHostedZone'),
      };
  }
}

/** What is looked at before anything is made. What is taken of the subnets matters only where an address is needed. */
function ground({ nodes, zones, members }: Sizes, addresses: 'needed' | 'not needed'): LeastByCall {
  const filtered = pages(nodes, perRequest.filterValues);
  return {
    'EC2 DescribeInstances': { count: filtered, why: `nodes, ${aFilter}` },
    'EC2 DescribeNetworkInterfaces': {
      count: filtered + (addresses === 'needed' ? zones * pages(nodes / zones, perRequest.page) : 0),
      why: `nodes, ${aFilter}, and what is taken of each subnet where an address is needed`,
    },
    'EC2 GetSubnetCidrReservations': { count: zones, why: 'a subnet a request' },
    'EC2 DescribeVolumes': {
      count: pages(members * shape.volumesPerMember, perRequest.page),
      why: `${perRequest.page} a page`,
    },
    'API server list nodes': { count: pages(nodes, perRequest.objects), why: objectPage },
    ...volumeLists({ members }),
    ...once('EC2 DescribeSubnets', 'Route 53 ListHostedZonesByVPC', 'API server apply statefulsets (dry run)'),
  };
}

function volumeLists({ members }: Pick<Sizes, 'members'>): LeastByCall {
  const least = { count: pages(members * shape.volumesPerMember, perRequest.objects), why: objectPage };
  return { 'API server list persistentvolumes': least, 'API server list persistentvolumeclaims': least };
}

function firstName(): LeastByCall {
  return {
    ...once('Route 53 CreateHostedZone', 'Route 53 ChangeTagsForResource'),
    'Route 53 GetChange': { count: 1, why: 'one, were it in sync at once' },
    'API server apply statefulsets (dry run)': { count: 0, why: '' },
  };
}

/** Members that come to be. */
function growth({ members, changed }: Sizes): LeastByCall {
  const made = changed * shape.volumesPerMember;
  return {
    'EC2 CreateVolume': { count: made, why: 'a volume a request' },
    'EC2 DescribeVolumes': {
      count: pages(members * shape.volumesPerMember, perRequest.page) + batches(made, perRequest.filterValues),
      why: `those there are, ${perRequest.page} a page, and new ones until they are available, ${aFilter}`,
    },
    ...changedNames(changed),
    'API server apply persistentvolumes': { count: made, why: anObject },
    'API server apply persistentvolumeclaims': { count: made, why: anObject },
  };
}

function changedNames(changed: number): LeastByCall {
  const why = `${perRequest.recordChanges} records a request`;
  return { 'Route 53 ChangeResourceRecordSets': { count: batches(changed, perRequest.recordChanges), why } };
}

/** Members that are there and stay: only the API server can say whether an apply would change anything. */
function kept({ members, changed }: Sizes): LeastByCall {
  const least = { count: (members - changed) * shape.volumesPerMember, why: anObject };
  return {
    'API server apply persistentvolumes (dry run)': least,
    'API server apply persistentvolumeclaims (dry run)': least,
  };
}

function lookAtNames({ members }: Sizes): LeastByCall {
  const count = pages(members + 2, perRequest.recordPage);
  return { 'Route 53 ListResourceRecordSets': { count, why: `${perRequest.recordPage} records a page` } };
}

function status(sizes: Sizes): LeastByCall {
  const { members } = sizes;
  return {
    'EC2 DescribeNetworkInterfaces': { count: pages(members, perRequest.filterValues), why: `addresses, ${aFilter}` },
    ...lookAtNames(sizes),
    'API server list pods': { count: pages(members, perRequest.objects), why: objectPage },
    ...once('API server get statefulsets'),
  };
}

/** Members that go. */
function removal({ changed, nodes }: Sizes): LeastByCall {
  const gone = changed * shape.volumesPerMember;
  return {
    'EC2 UnassignPrivateIpAddresses': { count: Math.min(changed, nodes), why: 'an interface a request' },
    ...changedNames(changed),
    'API server delete persistentvolumes': { count: gone, why: anObject },
    'API server delete persistentvolumeclaims': { count: gone, why: anObject },
    ...once('API server list pods', 'API server watch pods'),
  };
}

function deletedVolumes({ members, changed, former }: Sizes): LeastByCall {
  const gone = (changed + former) * shape.volumesPerMember;
  return {
    'EC2 DescribeNetworkInterfaces': {
      count: 2 * pages(members, perRequest.filterValues),
      why: `who holds the addresses, ${aFilter}, before and after`,
    },
    'EC2 DescribeVolumes': { count: pages(gone, perRequest.page), why: `${perRequest.page} a page` },
    'EC2 DeleteVolume': { count: gone, why: 'a volume a request' },
  };
}
