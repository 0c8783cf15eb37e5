import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import type { CheckResult } from '../../../orchestrator/doctor/check-report.ts';
import { install } from '../../../orchestrator/install/install.ts';
import { nodeObject } from '../../../scripts/rig/kube-node.ts';
import { parseCidr } from '../../cloud/ipv4.ts';
import { samples } from '../../contract/sample-records.ts';
import { fleetInstance, fleetSubnet, fleetVpc } from '../fleet-topology.ts';
import type { OrchestratorWorld } from '../world.ts';

/** Something that is wrong, what tells it, and how it is mended. */
export interface Trouble {
  readonly id: string;
  readonly title: string;
  readonly result: CheckResult;
  readonly found: RegExp;
  readonly remedy?: RegExp;
  /** Other checks that it shows in too. */
  readonly also?: readonly string[];
  readonly service?: Partial<ServiceDefinition>;
  /** @returns how to mend it */
  readonly cause: (world: OrchestratorWorld) => Promise<() => unknown> | (() => unknown);
}

const interfaceA0 = 'eni-00000000000000001';
const reservationA = 'scr-0000000000000f000';
const system = '/apis/apps/v1/namespaces/kube-system';

function changed<K, V>(map: Map<K, V>, key: K, change: (value: V) => V | undefined): () => void {
  const before = map.get(key);
  if (before === undefined) throw new Error(`there is no ${String(key)}`);
  const next = change(before);
  if (next === undefined) map.delete(key);
  else map.set(key, next);
  return () => void map.set(key, before);
}

async function node({ kube }: OrchestratorWorld, name: string, change: (one: Live) => object): Promise<() => unknown> {
  const path = `/api/v1/nodes/${name}.ec2.internal`;
  const before = (await kube.admin('GET', path)) as Live;
  await kube.admin('PUT', path, { ...before, ...change(before) });
  return async () => {
    const now = (await kube.admin('GET', path)) as Live;
    return await kube.admin('PUT', path, {
      ...now,
      spec: before.spec,
      metadata: { ...now.metadata, labels: before.metadata.labels },
    });
  };
}

async function kubelet({ kube }: OrchestratorWorld, name: string, kubeletVersion: string): Promise<() => unknown> {
  const path = `/api/v1/nodes/${name}.ec2.internal`;
  const report = async (version: string) => {
    const now = (await kube.admin('GET', path)) as Live;
    const nodeInfo = { ...now.status.nodeInfo, kubeletVersion: version };
    await kube.admin('PUT', `${path}/status`, { ...now, status: { ...now.status, nodeInfo } });
  };
  await report(kubeletVersion);
  return () => report('v1.34.1');
}

interface Live {
  readonly status: { readonly nodeInfo: Readonly<Record<string, unknown>> };
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A node more, in a subnet that nobody has reserved anything of. */
async function nodeElsewhere(
  { kube, cloud }: OrchestratorWorld,
  vpcId: string,
  cidr: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<() => unknown> {
  const range = parseCidr(cidr);
  if (range === undefined) throw new Error(cidr);
  const subnet = { id: 'subnet-elsewhere', vpcId, cidr, range, zone: 'us-east-1a', tags: new Map<string, string>() };
  if (!cloud.ec2.vpcs.has(vpcId)) {
    cloud.ec2.vpcs.set(vpcId, { id: vpcId, cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: new Map() });
  }
  cloud.ec2.subnets.set(subnet.id, subnet);
  const tags = new Map([['firecamp-worker', 'demo']]);
  const made = cloud.ec2.launch(subnet, 'm5.large', cidr.replace(/0\/24$/, '10'), tags);
  made.tags.set('firecamp-worker', 'demo');
  const instanceId = made.attachment?.instanceId ?? '';
  changed(cloud.ec2.instances, instanceId, (one) => ({ ...one, metadataHopLimit: 2 }));
  const providerId = `aws:///us-east-1a/${instanceId}`;
  const object = nodeObject(
    { name: 'elsewhere', zone: 'us-east-1a', providerId, address: '10.9.9.9', kubelet: 'none', labels },
    new Date(),
  );
  const there = (await kube.admin('POST', '/api/v1/nodes', object)) as Live;
  await kube.admin('PUT', '/api/v1/nodes/elsewhere', { ...there, spec: { ...there.spec, taints: [] } });
  return async () => {
    await kube.admin('DELETE', '/api/v1/nodes/elsewhere');
    cloud.ec2.killInstance(instanceId);
    cloud.ec2.subnets.delete(subnet.id);
  };
}

function labelled(world: OrchestratorWorld, name: string, labels: Readonly<Record<string, string>>) {
  return node(world, name, ({ metadata }) => ({
    metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
  }));
}

function allows(rule: object, resource: string): boolean {
  return 'resources' in rule && Array.isArray(rule.resources) && rule.resources.includes(resource);
}

function reading(resource: string) {
  return { apiGroups: [''], resources: [resource], verbs: ['get'] };
}

async function role(
  { kube, namespace }: OrchestratorWorld,
  name: string,
  change: (rules: readonly object[]) => object,
) {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/${name}`;
  const put = async (rules: object) => {
    await kube.admin('PUT', path, { ...((await kube.admin('GET', path)) as object), rules });
  };
  const { rules } = (await kube.admin('GET', path)) as { readonly rules: readonly object[] };
  await put(change(rules));
  return () => put(rules);
}

function workload(name: string, container: object) {
  const labels = { app: name };
  const spec = { containers: [{ name: 'main', image: 'x', ...container }] };
  return { metadata: { name }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } };
}

async function made({ kube }: OrchestratorWorld, path: string, body: object & { metadata: { name: string } }) {
  await kube.admin('POST', path, body);
  return () => kube.admin('DELETE', `${path}/${body.metadata.name}`);
}

/** What can be wrong, one thing at a time. */
export const troubles: readonly Trouble[] = [
  {
    id: 'FC-CHK-017',
    title: 'a node whose kubelet refuses the pods of its API server’s version',
    result: 'fail',
    found: /^ip-10-0-0-10.ec2.internal v1.28.9$/,
    cause: (world) => kubelet(world, 'ip-10-0-0-10', 'v1.28.9'),
  },
  {
    id: 'FC-CHK-004',
    title: 'a namespace with a stricter Pod Security level',
    result: 'fail',
    found: /^restricted$/,
    remedy: /^kubectl label --overwrite namespace rig-.* pod-security.kubernetes.io\/enforce=privileged$/,
    async cause({ kube, namespace }) {
      const path = `/api/v1/namespaces/${namespace}`;
      const put = async (labels: object) => {
        const now = (await kube.admin('GET', path)) as Live;
        await kube.admin('PUT', path, { ...now, metadata: { ...now.metadata, labels } });
      };
      await put({ 'pod-security.kubernetes.io/enforce': 'restricted' });
      return () => put({ 'pod-security.kubernetes.io/enforce': 'privileged' });
    },
  },
  {
    id: 'FC-CHK-018',
    title: 'a role of the members that somebody has narrowed',
    result: 'fail',
    found: /^members cannot do their work: Role firecamp-member-k8sdb does not allow patch configmaps$/,
    remedy: /^firecamp install -n rig-\w+ --db-type k8sdb$/,
    cause: (world) =>
      role(world, 'firecamp-member-k8sdb', (rules) => [
        reading('configmaps'),
        ...rules.toReversed().filter((one) => !allows(one, 'configmaps')),
      ]),
  },
  {
    id: 'FC-CHK-018',
    title: 'a role of the manager that allows more',
    result: 'warn',
    found: /^Role firecamp-manager also allows get secrets$/,
    cause: (world) => role(world, 'firecamp-manager', (rules) => [...rules, reading('secrets')]),
  },
  {
    id: 'FC-CHK-018',
    title: 'no service account of members yet, and roles in AWS that a remedy must not lose',
    result: 'warn',
    found: /^there is no ServiceAccount firecamp-statefulservice-sa$/,
    remedy: /^firecamp install -n rig-\w+ --db-type k8sdb --manager-role-arn arn:aws:iam::111122223333:role.m$/,
    async cause(world) {
      const { namespace, dbType } = world.settings;
      const arn = 'arn:aws:iam::111122223333:role/m';
      const given = { namespace, dbType, memberRoleArn: undefined, managerRoleArn: arn };
      await install(world.operation(), given);
      const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
      await world.kube.admin('DELETE', `${accounts}/firecamp-statefulservice-sa`);
      return async () => void (await install(world.operation(), given));
    },
  },
  {
    id: 'FC-CHK-019',
    title: 'a node that says it is in another zone',
    result: 'fail',
    found: /^ip-10-0-0-10.ec2.internal is in us-east-1a and says us-east-1b$/,
    remedy: /^kubectl label --overwrite node ip-10-0-0-10.ec2.internal topology.kubernetes.io\/zone=us-east-1a$/,
    cause: (world) => labelled(world, 'ip-10-0-0-10', { 'topology.kubernetes.io/zone': 'us-east-1b' }),
  },
  {
    id: 'FC-CHK-019',
    title: 'a node that names a subnet in which it is not',
    result: 'fail',
    found: /^ip-10-0-0-10.ec2.internal says subnet-other and has interfaces for members in subnet-0000000000000f000$/,
    cause: (world) => labelled(world, 'ip-10-0-0-10', { 'firecamp-subnet': 'subnet-other' }),
  },
  {
    id: 'FC-CHK-019',
    title: 'a node that names a subnet and has no interface in a reserved one',
    result: 'fail',
    found: /elsewhere says subnet-elsewhere and has interfaces for members in no reserved subnet$/,
    remedy: /^Give the nodes named above the labels/,
    also: ['FC-ENI-003'],
    cause: (world) => nodeElsewhere(world, fleetVpc, '10.0.200.0/24', { 'firecamp-subnet': 'subnet-elsewhere' }),
  },
  {
    id: 'FC-CHK-019',
    title: 'a subnet’s label that only some nodes have',
    result: 'warn',
    found: /^ip-10-0-0-11.ec2.internal, .* lack firecamp-subnet/,
    cause: (world) => labelled(world, 'ip-10-0-0-10', { 'firecamp-subnet': fleetSubnet(0) }),
  },
  {
    id: 'FC-CHK-019',
    title: 'a zone with two reserved subnets whose nodes do not say in which they are',
    result: 'warn',
    found: /^us-east-1a has nodes in several reserved subnets/,
    remedy: /kubectl label --overwrite node elsewhere firecamp-subnet=subnet-elsewhere && /,
    async cause(world) {
      const mend = await nodeElsewhere(world, fleetVpc, '10.0.200.0/24');
      const { reservations } = world.cloud.ec2;
      const [one, range] = [reservations.get(reservationA), parseCidr('10.0.200.128/25')];
      if (one === undefined || range === undefined) throw new Error('there is no reservation');
      const there = { ...one, id: 'scr-elsewhere', subnetId: 'subnet-elsewhere', cidr: '10.0.200.128/25', range };
      reservations.set(there.id, there);
      return async () => {
        reservations.delete(there.id);
        await mend();
      };
    },
  },
  {
    id: 'FC-NET-001',
    title: 'a zone whose nodes are cordoned',
    result: 'fail',
    found: /us-east-1b has 0 usable for 1 \(ip-10-0-16-10.ec2.internal is cordoned, ip-10-0-16-11/,
    async cause(world) {
      const cordon = ({ spec }: Live) => ({ spec: { ...spec, unschedulable: true } });
      const mends = [await node(world, 'ip-10-0-16-10', cordon), await node(world, 'ip-10-0-16-11', cordon)];
      return async () => {
        for (const mend of mends) await mend();
      };
    },
    also: ['FC-ENI-004'],
  },
  {
    id: 'FC-NET-001',
    title: 'more members in a zone than nodes, as no two of them share one',
    result: 'fail',
    found: /us-east-1a has 2 usable for 3/,
    service: { replicas: 7 },
    also: ['FC-ENI-004'],
    async cause(world) {
      // A third node is what mends it.
      return () => nodeElsewhere(world, fleetVpc, '10.0.200.0/24');
    },
  },
  {
    id: 'FC-CHK-005',
    title: 'a node of EKS Auto Mode',
    result: 'fail',
    found: /ip-10-0-0-10/,
    cause: (world) =>
      node(world, 'ip-10-0-0-10', ({ metadata }) => ({
        metadata: { ...metadata, labels: { ...metadata.labels, 'eks.amazonaws.com/compute-type': 'auto' } },
      })),
  },
  {
    id: 'FC-NET-005',
    title: 'nodes in two VPCs',
    result: 'fail',
    found: /The nodes are in 2 VPCs: .*vpc-other/,
    cause: (world) => nodeElsewhere(world, 'vpc-other', '10.9.9.0/24'),
    // Everything that starts from the VPC.
    also: [
      'FC-NET-002',
      'FC-NET-003',
      'FC-NET-004',
      'FC-ENI-003',
      'FC-ENI-004',
      'FC-CHK-019',
      'FC-CHK-009',
      'FC-CHK-010',
      'FC-CHK-011',
    ],
  },
  {
    id: 'FC-NET-002',
    title: 'a zone without a subnet',
    result: 'fail',
    found: /us-east-1c has no subnet with IPv4/,
    cause: ({ cloud }) => changed(cloud.ec2.subnets, fleetSubnet(2), () => undefined),
    also: ['FC-ENI-003', 'FC-ENI-004'],
  },
  {
    id: 'FC-NET-003',
    title: 'a reservation of another cluster',
    result: 'fail',
    found: /us-east-1a has no reservation of this cluster's addresses.*firecamp-cluster=other/,
    remedy: /^firecamp network create --zone us-east-1a$/,
    cause({ cloud }) {
      const tags = cloud.ec2.reservations.get(reservationA)?.tags;
      tags?.set('firecamp-cluster', 'other');
      return () => tags?.set('firecamp-cluster', 'demo');
    },
    also: ['FC-ENI-003', 'FC-ENI-004'],
  },
  {
    id: 'FC-NET-004',
    title: 'a reservation whose only address is taken',
    result: 'fail',
    found: /us-east-1a needs 1 addresses, has 0 free/,
    cause({ cloud }) {
      const range = parseCidr('10.0.8.0/32');
      const mend = changed(
        cloud.ec2.reservations,
        reservationA,
        (one) => range && { ...one, cidr: '10.0.8.0/32', range },
      );
      const holder = cloud.ec2.interface(interfaceA0);
      const before = holder?.addresses ?? [];
      if (holder) cloud.ec2.setAddresses(holder, [...before, '10.0.8.0']);
      return () => {
        mend();
        if (holder) cloud.ec2.setAddresses(holder, before);
      };
    },
  },
  {
    id: 'FC-ENI-003',
    title: 'a node whose interface is in no reserved subnet',
    result: 'warn',
    found: /elsewhere/,
    cause: (world) => nodeElsewhere(world, fleetVpc, '10.0.200.0/24'),
  },
  {
    id: 'FC-ENI-004',
    title: 'a zone whose interfaces are full of addresses and prefixes',
    result: 'fail',
    found: /us-east-1a: 0 on 0 of 2 nodes, for 1/,
    cause({ cloud }) {
      const full = [interfaceA0, 'eni-00000000000000002'].flatMap((id) => cloud.ec2.interface(id) ?? []);
      for (const [n, one] of full.entries()) {
        Object.assign(one, { prefixes: ['10.0.15.0/28', '10.0.15.16/28', '10.0.15.32/28'] });
        const more = Array.from({ length: 6 }, (_none, i) => `10.0.1.${100 + 10 * n + i}`);
        cloud.ec2.setAddresses(one, [...one.addresses, ...more]);
      }
      return () => {
        for (const one of full) {
          Object.assign(one, { prefixes: [] });
          cloud.ec2.setAddresses(one, one.addresses.slice(0, 1));
        }
      };
    },
  },
  {
    id: 'FC-ENI-005',
    title: 'the VPC CNI on nodes with one interface',
    result: 'fail',
    found: /the VPC CNI runs, and these have none: ip-10-0-0-10/,
    remedy: /^firecamp node prepare ip-10-0-0-10\.ec2\.internal --cluster demo --db-type k8sdb -n rig-\w+$/,
    cause: (world) => made(world, `${system}/daemonsets`, workload('aws-node', {})),
    also: ['FC-ENI-003', 'FC-ENI-004', 'FC-CHK-007', 'FC-CHK-008'],
  },
  {
    id: 'FC-CHK-008',
    title: 'a VPC CNI that translates',
    result: 'warn',
    found: /primary address/,
    remedy: /EXTERNALSNAT=true$/,
    cause: (world) => made(world, `${system}/daemonsets`, workload('aws-node', {})),
    also: ['FC-ENI-003', 'FC-ENI-004', 'FC-CHK-007', 'FC-ENI-005'],
  },
  {
    id: 'FC-CHK-006',
    title: 'an untagged instance',
    result: 'warn',
    found: /1 of 6 instances lack it: i-00000000000000001/,
    remedy: /^aws ec2 create-tags --resources i-00000000000000001 --tags Key=firecamp-worker,Value=demo$/,
    cause({ cloud }) {
      const tags = cloud.ec2.instances.get(fleetInstance(0, 0))?.tags;
      tags?.delete('firecamp-worker');
      return () => tags?.set('firecamp-worker', 'demo');
    },
  },
  {
    id: 'FC-CHK-007',
    title: 'an interface of another cluster',
    result: 'warn',
    found: /1 of 6 interfaces lack it: eni-00000000000000001/,
    cause({ cloud }) {
      const tags = cloud.ec2.interface(interfaceA0)?.tags;
      tags?.set('firecamp-worker', 'other');
      return () => tags?.set('firecamp-worker', 'demo');
    },
  },
  {
    id: 'FC-CHK-009',
    title: 'a VPC that gives no host names',
    result: 'fail',
    found: /^enableDnsHostnames off$/,
    remedy: /^aws ec2 modify-vpc-attribute --vpc-id vpc-0000000000000f1ee --enable-dns-hostnames$/,
    cause: ({ cloud }) => changed(cloud.ec2.vpcs, fleetVpc, (one) => ({ ...one, enableDnsHostnames: false })),
  },
  {
    id: 'FC-CHK-010',
    title: 'a zone of the name that the VPC does not see',
    result: 'warn',
    found: /does not see Z0HIDDEN/,
    remedy: /associate-vpc-with-hosted-zone --hosted-zone-id Z0HIDDEN/,
    cause({ cloud }) {
      const zone = { id: 'Z0HIDDEN', name: 'demo-firecamp.com', callerReference: 'h', comment: undefined };
      cloud.route53.addZone({ ...zone, privateZone: true, vpcs: [{ vpcId: 'vpc-far', region: 'us-east-1' }] });
      return () => cloud.route53.removeZone('Z0HIDDEN');
    },
  },
  {
    id: 'FC-CHK-011',
    title: 'a zone with room for fewer names than members',
    result: 'fail',
    found: /^9999 of 10000, and 3 to come$/,
    cause({ cloud }) {
      const zone = { id: 'Z0FULL', name: 'demo-firecamp.com', callerReference: 'f', comment: undefined };
      const records = Array.from({ length: 9997 }, (_none, n) => {
        return { name: `x-${n}.demo-firecamp.com`, type: 'A', ttl: 5, values: ['10.0.0.1'] };
      });
      const vpcs = [{ vpcId: fleetVpc, region: 'us-east-1' }];
      cloud.route53.addZone({ ...zone, privateZone: true, vpcs }, records);
      return () => cloud.route53.removeZone('Z0FULL');
    },
  },
  {
    id: 'FC-CHK-012',
    title: 'an instance whose metadata is for the host alone',
    result: 'warn',
    found: /^1 on i-00000000000000001$/,
    cause: ({ cloud }) => changed(cloud.ec2.instances, fleetInstance(0, 0), (one) => ({ ...one, metadataHopLimit: 1 })),
  },
  {
    id: 'FC-CHK-013',
    title: 'no EBS CSI driver',
    result: 'fail',
    found: /no CSIDriver ebs.csi.aws.com/,
    async cause({ kube }) {
      await kube.admin('DELETE', '/apis/storage.k8s.io/v1/csidrivers/ebs.csi.aws.com');
      return () => kube.admin('POST', '/apis/storage.k8s.io/v1/csidrivers', csiDriver);
    },
  },
  {
    id: 'FC-CHK-016',
    title: 'a quota that others’ volumes fill up',
    result: 'fail',
    found: /^gp3: 1000 GiB there and 90 GiB to come, of 1 TiB$/,
    remedy:
      /^aws service-quotas request-service-quota-increase --service-code ebs --quota-code L-7A658B76 --desired-value 2$/,
    async cause({ ports, cloud, operation }) {
      const none = { iops: undefined, throughput: undefined, encrypted: false, kmsKeyId: undefined };
      const others = { zone: 'us-east-1a', sizeGb: 1_000, volumeType: 'gp3', ...none, tags: {}, clientToken: 'others' };
      const { signal } = operation();
      await ports.volumes.create(others, { signal });
      const quota = { service: 'ebs', code: 'L-7A658B76', name: 'gp3', value: 1 };
      cloud.quotas.applied.set('ebs/L-7A658B76', quota);
      return () => void cloud.quotas.applied.delete('ebs/L-7A658B76');
    },
  },
  {
    id: 'FC-CHK-016',
    title: 'a missing permission to read quotas',
    result: 'unknown',
    found: /may not servicequotas:GetServiceQuota: .*FC-AWS-001/,
    cause: ({ cloud }) => deny(cloud, 'GetServiceQuota', 'AccessDeniedException'),
  },
  {
    id: 'FC-CHK-014',
    title: 'a volume without the tags of the driver’s policies',
    result: 'warn',
    found: /attach none of vol-/,
    remedy: /^aws ec2 create-tags --resources vol-\S+ --tags Key=ebs.csi.aws.com\/cluster,Value=true/,
    async cause({ ports, cloud, operation }) {
      const { signal } = operation();
      const none = { iops: undefined, throughput: undefined, encrypted: false, kmsKeyId: undefined };
      const wish = {
        zone: 'us-east-1a',
        sizeGb: 1,
        volumeType: 'gp3',
        ...none,
        tags: { Name: 'old' },
        clientToken: 'old',
      };
      const { id } = await ports.volumes.create(wish, { signal });
      const { member, service } = samples;
      const volumes = { ...member.volumes, primaryVolumeId: id };
      await ports.store.create('service', { ...service, cluster: 'demo' }, { signal });
      await ports.store.create('member', { ...member, staticIp: '', volumes }, { signal });
      return () => cloud.ec2.volumes.get(id)?.tags.set('ebs.csi.aws.com/cluster', 'true');
    },
  },
  {
    id: 'FC-CHK-014',
    title: 'a driver that has the cluster under another name',
    result: 'warn',
    found: /calls the cluster eks-prod, and the service file says demo: /,
    remedy: /^write kubernetesCluster: eks-prod in the service file$/,
    cause: (world) =>
      made(
        world,
        `${system}/deployments`,
        workload('ebs-csi-controller', { args: ['controller', '--k8s-tag-cluster-id=eks-prod'] }),
      ),
  },
  {
    id: 'FC-AWS-001',
    title: 'a missing permission to make volumes',
    result: 'fail',
    found: /^denied: ec2:CreateVolume$/,
    cause: ({ cloud }) => deny(cloud, 'CreateVolume'),
  },
  {
    id: 'FC-AWS-001',
    title: 'a missing permission to read',
    result: 'fail',
    found: /^denied: ec2:DescribeVpcAttribute$/,
    cause: ({ cloud }) => deny(cloud, 'DescribeVpcAttribute'),
    also: ['FC-CHK-009'],
  },
];

function deny(cloud: OrchestratorWorld['cloud'], operation: string, code = 'UnauthorizedOperation'): () => void {
  const error = {
    kind: 'error',
    status: 403,
    code,
    message: 'You are not authorized.',
  } as const;
  cloud.faults.add({ operation }, error);
  return () => cloud.faults.clear();
}

export const csiDriver = { metadata: { name: 'ebs.csi.aws.com' }, spec: { attachRequired: true } };
