import t, { test } from 'tap';
import { RequestFailedError } from '../../../common/domain/errors.ts';
import { checkZones } from '../../../orchestrator/network/check-zones.ts';
import { chooseAddresses } from '../../../orchestrator/network/choose-addresses.ts';
import { readClusterNetwork } from '../../../orchestrator/network/read-cluster-network.ts';
import { takenAddresses } from '../../../orchestrator/network/taken-addresses.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import type { InstanceSpec } from '../../cloud/topology.ts';
import { samples } from '../../contract/sample-records.ts';
import { rejectionOf } from '../../rejection.ts';
import { fleetInstance, fleetSubnet, fleetTopology, fleetVpc } from '../fleet-topology.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld, ownTags, type WorldOptions } from '../world.ts';

interface NodeObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
}

/** Nodes are the cluster's, not a namespace's, so each test begins without. */
async function noNodes(kube: KubeApi): Promise<void> {
  await kube.admin('DELETE', '/api/v1/nodes');
}

async function changeNode(kube: KubeApi, name: string, change: (node: NodeObject) => object, part = '') {
  const path = `/api/v1/nodes/${name}.ec2.internal`;
  const node = (await kube.admin('GET', path)) as NodeObject;
  await kube.admin('PUT', `${path}${part}`, { ...node, ...change(node) });
}

/** A service whose members' records name these addresses. */
async function serviceWith({ ports, operation }: OrchestratorWorld, name: string, ips: readonly string[]) {
  const { signal } = operation();
  const serviceUuid = name.padEnd(32, '0');
  await ports.store.create('service', { cluster: 'demo', serviceName: name, serviceUuid }, { signal });
  for (const [n, staticIp] of ips.entries()) {
    const member = { ...samples.member, serviceUuid, memberName: `${name}-${n}`, staticIp };
    await ports.store.create('member', member, { signal });
  }
}

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);

  const world = async (test: Parameters<typeof orchestratorWorld>[0], options: WorldOptions = {}) => {
    await noNodes(kube);
    const made = await orchestratorWorld(test, kube, options);
    await addFleet(kube, made.account);
    return made;
  };

  test('knows the nodes, their VPC and its subnets with their reservations', async (t) => {
    const { operation, cloud } = await world(t);
    const network = await readClusterNetwork(operation(), ['us-east-1a', 'us-east-1c']);
    t.match(network, { vpcId: fleetVpc, clusterUid: /^[0-9a-f-]{36}$/ });
    t.same(
      network.nodes.map(({ name, zone, instanceId, usable, subnetIds }) => [name, zone, instanceId, usable, subnetIds]),
      [
        ['ip-10-0-0-10.ec2.internal', 'us-east-1a', fleetInstance(0, 0), true, [fleetSubnet(0)]],
        ['ip-10-0-0-11.ec2.internal', 'us-east-1a', fleetInstance(0, 1), true, [fleetSubnet(0)]],
        ['ip-10-0-32-10.ec2.internal', 'us-east-1c', fleetInstance(2, 0), true, [fleetSubnet(2)]],
        ['ip-10-0-32-11.ec2.internal', 'us-east-1c', fleetInstance(2, 1), true, [fleetSubnet(2)]],
      ],
    );
    t.same(
      network.subnets.map(({ subnet, own, others }) => [subnet.id, own.map(({ cidr }) => cidr), others]),
      [
        [fleetSubnet(0), ['10.0.8.0/25'], []],
        [fleetSubnet(2), ['10.0.40.0/25'], []],
      ],
    );
    t.equal(cloud.calls.all().length, 5, 'instances, interfaces, subnets, and the reservations of two subnets');
  });

  test('tells everything that keeps any zone from holding its members at once', async (t) => {
    const settings = { cluster: 'demo', namespace: 'here', dbType: 'clouddb' } as const;
    const tags = await ownTags(kube, settings);
    const fleet = fleetTopology({ cluster: 'demo', reservationTags: undefined });
    const reserved = (n: number, cidr: string, own: object) => ({
      id: `scr-${n}`,
      subnetId: fleetSubnet(Number(cidr.split('.')[2]) >> 4),
      cidr,
      tags: { ...own },
    });
    const reservations = [
      reserved(1, '10.0.8.0/28', tags),
      reserved(2, '10.0.24.0/28', {}),
      reserved(3, '10.0.24.16/28', { ...tags, 'firecamp-cluster': 'other' }),
      reserved(4, '10.0.40.0/28', { ...tags, 'firecamp-records': 'k8sdb/there' }),
      reserved(5, '10.0.40.16/30', tags),
    ];
    const made = await world(t, { dbType: 'clouddb', topology: { ...fleet, reservations } });
    await changeNode(kube, 'ip-10-0-0-10', ({ spec }) => ({ spec: { ...spec, unschedulable: true } }));
    const conditions = [{ type: 'Ready', status: 'Unknown' }];
    await changeNode(kube, 'ip-10-0-0-11', ({ status }) => ({ status: { ...status, conditions } }), '/status');
    const taints = [
      { key: 'cheap', effect: 'PreferNoSchedule' },
      { key: 'gpu', effect: 'NoSchedule' },
    ];
    await changeNode(kube, 'ip-10-0-16-10', ({ spec }) => ({ spec: { ...spec, taints } }));
    made.cloud.ec2.killInstance(fleetInstance(1, 1));
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'];
    const network = await readClusterNetwork(made.operation(), zones);
    t.same(
      network.subnets.map(({ own, others }) => [own.map(({ id }) => id), others.map(({ id }) => id)]),
      [
        [['scr-1'], []],
        [[], ['scr-2', 'scr-3']],
        [['scr-5'], ['scr-4']],
      ],
    );
    const needed = new Map(zones.map((zone) => [zone, 5]));
    const uid = network.clusterUid;
    const words = [
      'us-east-1a has no usable node: ip-10-0-0-10.ec2.internal is cordoned, ip-10-0-0-11.ec2.internal is not Ready',
      `us-east-1b has no usable node: ip-10-0-16-10.ec2.internal has the taint gpu:NoSchedule, ip-10-0-16-11.ec2.internal is the instance ${fleetInstance(1, 1)}, which is terminated`,
      `us-east-1b has no reservation of this cluster's addresses: ${fleetSubnet(1)} 10.0.16.0/20 has scr-2 10.0.24.0/28 (untagged), scr-3 10.0.24.16/28 (firecamp-cluster=other, firecamp-cluster-uid=${uid}, firecamp-records=clouddb)`,
      `us-east-1c needs 5 addresses, has 4 free (4 of 4 in ${fleetSubnet(2)}) and so lacks 1`,
      'us-east-1d has no usable node: it has none',
      `us-east-1d has no subnet with IPv4 in ${fleetVpc}`,
    ];
    t.throws(() => checkZones(network, needed, new Set()), {
      code: 'FC-NET-001',
      message: `The zones cannot hold the members:\n- ${words.join('\n- ')}`,
      fields: { zones, faults: words },
    });
    t.doesNotThrow(() => checkZones(network, new Map([['us-east-1c', 4]]), new Set()));
    const withoutStaticIps = () => checkZones(network, new Map([['us-east-1b', 0]]), new Set());
    t.throws(withoutStaticIps, { code: 'FC-NET-001', fields: { zones: ['us-east-1b'] } });
  });

  test('gives no address that EC2, a delegated prefix or any record knows', async (t) => {
    const fleet = fleetTopology({ cluster: 'demo', reservationTags: undefined, zones: ['us-east-1a'] });
    const [first, ...rest] = fleet.instances as [InstanceSpec, ...InstanceSpec[]];
    const own = { ...first.interfaces[0], secondaryIps: ['10.0.0.33'], prefixes: ['10.0.0.48/28'] };
    const instances = [{ ...first, interfaces: [own] }, ...rest] as InstanceSpec[];
    const namespace = await kube.newNamespace();
    const tags = await ownTags(kube, { cluster: 'demo', namespace, dbType: 'k8sdb' });
    const reservations = [{ id: 'scr-1', subnetId: fleetSubnet(0), cidr: '10.0.0.32/27', tags }];
    const made = await world(t, { namespace, topology: { ...fleet, instances, reservations } });
    await serviceWith(made, 'one', ['10.0.0.32', '', '10.0.0.36']);
    await serviceWith(made, 'two', ['10.0.0.35']);
    // Seen while throttled: reads are retried.
    made.cloud.faults.add({ operation: 'DescribeNetworkInterfaces', times: 1 }, { kind: 'throttle' });
    const network = await readClusterNetwork(made.operation(), ['us-east-1a']);
    const taken = await takenAddresses(made.operation(), network.subnets);
    const choose = (count: number) => chooseAddresses(network, new Map([['us-east-1a', count]]), taken);
    const left = [34, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47].map((host) => `10.0.0.${host}`);
    t.same(
      choose(12)
        .get('us-east-1a')
        ?.map(({ ip }) => ip),
      left,
    );
    t.throws(() => choose(13), { code: 'FC-NET-004', message: /has 12 free \(12 of 32 in .*\) and so lacks 1\./ });
  });

  test('counts only interfaces that the VPC CNI leaves to members', async (t) => {
    const fleet = fleetTopology({ cluster: 'demo', reservationTags: undefined, zones: ['us-east-1a'] });
    const [first, second] = fleet.instances as [InstanceSpec, InstanceSpec];
    const [vpc] = fleet.vpcs;
    const more = ['members', 'pods'].map((use, n) => {
      return { id: `subnet-${use}`, vpcId: vpc?.id ?? '', cidr: `10.0.${100 + n}.0/24`, zone: 'us-east-1a' };
    });
    const added = (use: 'members' | 'pods', host: number, tags: Record<string, string>) => ({
      id: `eni-${use}-${host}`,
      mac: `02:00:00:00:01:${host}`,
      subnetId: `subnet-${use}`,
      primaryIp: `10.0.${use === 'members' ? 100 : 101}.${host}`,
      deviceIndex: host,
      tags,
    });
    const made = { 'node.k8s.amazonaws.com/instance_id': first.id };
    const instances = [
      {
        ...first,
        interfaces: [
          ...first.interfaces,
          added('members', 11, { 'node.k8s.amazonaws.com/no_manage': 'true' }),
          added('pods', 12, made),
        ],
      },
      { ...second, interfaces: [...second.interfaces, added('pods', 13, made)] },
    ];
    const { operation, cloud } = await world(t, {
      topology: { ...fleet, subnets: [...fleet.subnets, ...more], instances },
    });
    const subnets = async () => {
      const { nodes } = await readClusterNetwork(operation(), ['us-east-1a']);
      return nodes.map(({ subnetIds }) => subnetIds);
    };
    t.same(await subnets(), [['subnet-members'], [fleetSubnet(0)]]);
    // A launch template tags all interfaces alike, and the CNI manages the primary one all the same.
    cloud.ec2.interface(first.interfaces[0]?.id ?? '')?.tags.set('node.k8s.amazonaws.com/no_manage', 'true');
    t.same((await subnets())[0], ['subnet-members']);
  });

  test('names the nodes when they are in several VPCs, but for zones that have one', async (t) => {
    const fleet = fleetTopology({ cluster: 'demo', reservationTags: undefined });
    const far = fleetSubnet(2);
    const vpcs = [...fleet.vpcs, { id: 'vpc-far', cidr: '10.0.0.0/16' }];
    const subnets = fleet.subnets.map((subnet) => (subnet.id === far ? { ...subnet, vpcId: 'vpc-far' } : subnet));
    const { operation } = await world(t, { topology: { ...fleet, vpcs, subnets } });
    t.match(await rejectionOf(readClusterNetwork(operation(), ['us-east-1a', 'us-east-1c'])), {
      code: 'FC-NET-005',
      message: `The nodes are in 2 VPCs, and members can live in one only: ${fleetVpc} has ip-10-0-0-10.ec2.internal, ip-10-0-0-11.ec2.internal; vpc-far has ip-10-0-32-10.ec2.internal, ip-10-0-32-11.ec2.internal.`,
    });
    const network = await readClusterNetwork(operation(), ['us-east-1c']);
    t.match([network.vpcId, network.subnets.length], ['vpc-far', 1]);
  });

  test('says what the nodes are when none is an EC2 instance, and that there is none at all', async (t) => {
    await noNodes(kube);
    const { operation } = await orchestratorWorld(t, kube);
    const read = () => rejectionOf(readClusterNetwork(operation(), ['us-east-1a']));
    t.match(await read(), { code: 'FC-NET-001', message: 'The cluster has no node.' });
    const node = (name: string, providerID?: string) =>
      kube.admin('POST', '/api/v1/nodes', { metadata: { name }, spec: { ...(providerID && { providerID }) } });
    await node('a');
    await node('b', 'kind://docker/kind/kind-worker');
    await node('c', 'aws:///us-east-1a/fargate-ip-10-0-0-1.ec2.internal');
    t.match(await read(), {
      code: 'FC-NET-005',
      message:
        'No node of the cluster is an EC2 instance, so its VPC is not known: a has no providerID, b is no EC2 instance (providerID kind://docker/kind/kind-worker), c is no EC2 instance (providerID aws:///us-east-1a/fargate-ip-10-0-0-1.ec2.internal).',
    });
    await node('d', 'aws:///us-east-1a/i-0dead');
    t.match(await read(), {
      code: 'FC-NET-005',
      message: /EC2 knows no running instance of the nodes .*d \(i-0dead\)/,
    });
  });

  test('reads hundreds of nodes with a call for each two hundred, past an API server that is overloaded', async (t) => {
    const made = await world(t, { zones: ['us-east-1a'], nodesPerZone: 450 });
    const { kube: objects } = made.ports;
    const list = objects.list.bind(objects);
    let asked = 0;
    objects.list = async (...args) => {
      if (asked++ > 0) return list(...args);
      throw new RequestFailedError('FC-K8S-001', 'too many requests', { effect: 'none', transient: true });
    };
    const network = await readClusterNetwork(made.operation(), undefined);
    t.equal(network.nodes.filter(({ usable, subnetIds }) => usable && subnetIds.length === 1).length, 450);
    t.same(counted(made), {
      DescribeInstances: 3,
      DescribeNetworkInterfaces: 3,
      DescribeSubnets: 1,
      GetSubnetCidrReservations: 1,
    });
  });
}

function counted({ cloud }: OrchestratorWorld): Record<string, number> {
  const calls = Object.entries(Object.groupBy(cloud.calls.all(), ({ operation }) => operation));
  return Object.fromEntries(calls.map(([name, all]) => [name, all?.length ?? 0]));
}
