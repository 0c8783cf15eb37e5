import type { ErrorCode } from '../../../common/domain/error-catalogue.ts';
import { InterruptedError } from '../../../common/domain/errors.ts';
import type { NetworkInterface } from '../../../common/ports/addresses.ts';
import type { Instance } from '../../../common/ports/instances.ts';
import type { Volume } from '../../../common/ports/volumes.ts';
import type { VpcDns } from '../../../common/ports/vpcs.ts';
import type { ServiceDefinition } from '../../definition/service-definition.ts';
import type { ClusterSubnet } from '../../network/cluster-network.ts';
import type { NodeFacts } from '../../network/node-facts.ts';
import { readClusterUid } from '../../network/read-cluster-network.ts';
import { retried } from '../../retried.ts';
import { type Plan, planOf, planOfCluster } from '../plan.ts';
import { all, Prober, type Reading } from '../prober.ts';
import type { Seen } from '../seen.ts';
import { type AccessObject, readAccess } from './access-facts.ts';
import { refusedAccess } from './access-questions.ts';
import { reachAws, readSubnets, readTaken, readVolumes, readZone, vpcOf, type ZoneFacts } from './aws-facts.ts';
import { type AwsPermissions, askAws } from './aws-permissions.ts';
import { type KnownService, readInventory } from './inventory.ts';
import {
  type CsiDriver,
  type KubeletNode,
  readCsiDriver,
  readNamespace,
  readNodes,
  readVpcCni,
  type VpcCni,
} from './kubernetes-facts.ts';
import { type QuotaFacts, readQuotas } from './quota-facts.ts';

/** Everything that the checks judge. */
export interface Facts {
  readonly version: Seen<string>;
  readonly refused: Seen<readonly string[]>;
  readonly namespace: Seen<{ readonly labels: Readonly<Record<string, string>> } | 'absent'>;
  readonly access: Seen<readonly AccessObject[]>;
  readonly nodes: Seen<readonly KubeletNode[]>;
  readonly cni: Seen<VpcCni>;
  readonly csi: Seen<CsiDriver>;
  readonly inventory: Seen<readonly KnownService[]>;
  readonly plan: Plan;
  readonly aws: Seen<'reached'>;
  readonly instances: Seen<readonly Instance[]>;
  readonly interfaces: Seen<readonly NetworkInterface[]>;
  /** Addresses an interface can have, by instance type. */
  readonly limits: Seen<ReadonlyMap<string, number>>;
  readonly vpcId: Seen<string>;
  readonly subnets: Seen<readonly ClusterSubnet[]>;
  readonly clusterUid: Seen<string>;
  /** Addresses that cannot be given out. */
  readonly taken: Seen<ReadonlySet<string>>;
  readonly vpcDns: Seen<VpcDns>;
  readonly zone: Seen<ZoneFacts>;
  readonly volumes: Seen<readonly Volume[]>;
  readonly quotas: Seen<QuotaFacts>;
  readonly permissions: Seen<AwsPermissions>;
}

interface GatherOptions {
  /** Milliseconds that each read may take. */
  readonly timeoutMs: number;
  /** Whether the check will be judged: what many requests are made for, and for it alone, is left out otherwise. */
  readonly wanted: (id: ErrorCode) => boolean;
}

/** Reads all that the checks judge, as much side by side as it can be; nothing that fails stops anything that does not build on it. */
export async function gatherFacts(
  operation: Reading,
  service: ServiceDefinition | undefined,
  { timeoutMs, wanted }: GatherOptions,
): Promise<Facts> {
  const prober = new Prober(operation, timeoutMs);
  const kubernetes = readKubernetes(prober, wanted);
  const aws = prober.read('FC-AWS-005', 'asking AWS', all(), reachAws);
  const store = operation.settings.dbType === 'k8sdb' ? kubernetes.version : aws;
  const inventory = prober.read('FC-REC-006', 'reading the records', all(store), readInventory);
  const plan = planFrom(operation, service, inventory, kubernetes.nodes);
  const cloud = readCloud(prober, { ...kubernetes, aws, inventory, plan }, wanted);
  return { ...(await settled({ ...kubernetes, ...cloud, aws, inventory })), plan: await plan };
}

function readKubernetes(prober: Prober, wanted: GatherOptions['wanted']) {
  const version = prober.read('FC-K8S-001', 'asking the API server for its version', all(), (reading) => {
    return retried(reading, () => reading.ports.kube.serverVersion(reading));
  });
  const reached = all(version);
  return {
    version,
    refused: wanted('FC-CHK-002')
      ? prober.read('FC-CHK-002', 'asking for permissions', reached, refusedAccess)
      : notAsked('FC-CHK-002'),
    namespace: prober.read('FC-CHK-003', 'reading the namespace', reached, readNamespace),
    access: prober.read('FC-CHK-018', 'reading the service accounts and their roles', reached, readAccess),
    clusterUid: prober.read('FC-NET-003', 'reading the namespace kube-system', reached, readClusterUid),
    nodes: prober.read('FC-NET-001', 'listing the nodes', reached, readNodes),
    cni: prober.read('FC-ENI-005', 'looking for the VPC CNI', reached, readVpcCni),
    csi: prober.read('FC-CHK-013', 'looking for the EBS CSI driver', reached, readCsiDriver),
  };
}

interface Grounds extends ReturnType<typeof readKubernetes> {
  readonly aws: Promise<Seen<'reached'>>;
  readonly inventory: Promise<Seen<KnownService[]>>;
  readonly plan: Promise<Plan>;
}

function readInstances(prober: Prober, { aws, nodes }: Pick<Grounds, 'aws' | 'nodes'>) {
  const toAsk = all(aws, nodes);
  const instances = prober.read('FC-NET-005', 'describing the nodes’ instances', toAsk, ({ ports, signal }, [, some]) =>
    ports.instances.describe(instanceIds(some), { signal }),
  );
  return {
    instances,
    interfaces: prober.read('FC-ENI-003', 'describing the nodes’ interfaces', toAsk, ({ ports, signal }, [, some]) =>
      ports.instances.interfaces(instanceIds(some), { signal }),
    ),
    limits: prober.read('FC-ENI-004', 'describing instance types', all(instances), ({ ports, signal }, [some]) =>
      ports.instances.addressesPerInterface(
        some.map(({ instanceType }) => instanceType),
        { signal },
      ),
    ),
    vpcId: prober.read('FC-NET-005', 'finding the VPC', all(nodes, instances), (_reading, [some, found]) =>
      vpcOf(some, found),
    ),
  };
}

function readCloud(prober: Prober, grounds: Grounds, wanted: GatherOptions['wanted']) {
  const { aws, clusterUid, inventory } = grounds;
  const ofInstances = readInstances(prober, grounds);
  const { vpcId } = ofInstances;
  const plan = grounds.plan.then((value) => ({ value }));
  const placed = all(plan, vpcId);
  const subnets = prober.read('FC-NET-002', 'reading the subnets', all(plan, vpcId, clusterUid), readSubnets);
  const zone = prober.read('FC-CHK-010', 'looking for the hosted zone', placed, readZone);
  const volumes = prober.read('FC-CHK-014', 'describing the members’ volumes', all(aws, inventory), readVolumes);
  const known = () => all(aws, plan, or(clusterUid, ''), or(subnets, []), or(zone, undefined), or(volumes, []));
  return {
    ...ofInstances,
    subnets,
    taken: prober.read('FC-NET-004', 'reading which addresses are taken', all(subnets, inventory), readTaken),
    vpcDns: prober.read('FC-CHK-009', 'reading the VPC’s DNS', all(vpcId), ({ ports, signal }, [id]) =>
      ports.vpcs.dns(id, { signal }),
    ),
    zone,
    volumes,
    quotas: wanted('FC-CHK-016')
      ? prober.read('FC-CHK-016', 'reading the quotas of volumes', all(aws, plan), readQuotas)
      : notAsked('FC-CHK-016'),
    permissions: wanted('FC-AWS-001')
      ? prober.read('FC-AWS-001', 'asking AWS for permissions', known(), askAws)
      : notAsked('FC-AWS-001'),
  };
}

/** The plan is always known: of what could not be read nothing is planned for. */
async function planFrom(
  { settings }: Reading,
  service: ServiceDefinition | undefined,
  inventory: Promise<Seen<KnownService[]>>,
  nodes: Promise<Seen<NodeFacts[]>>,
): Promise<Plan> {
  const { value: known } = await or(inventory, []);
  if (service !== undefined) return planOf(service, known);
  const { value: found } = await or(nodes, []);
  return planOfCluster(
    settings.cluster,
    known,
    found.map(({ zone }) => zone),
  );
}

async function notAsked(ground: ErrorCode): Promise<Seen<never>> {
  return { ground, error: new InterruptedError('choosing checks: this one was left out') };
}

function instanceIds(nodes: readonly NodeFacts[]): string[] {
  return nodes.flatMap(({ instanceId }) => instanceId ?? []);
}

async function or<T, D>(seen: Promise<Seen<T>>, otherwise: D): Promise<{ readonly value: T | D }> {
  const found = await seen;
  return 'value' in found ? found : { value: otherwise };
}

async function settled<T extends Readonly<Record<string, unknown>>>(
  running: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const entries = await Promise.all(Object.entries(running).map(async ([name, one]) => [name, await one] as const));
  return Object.fromEntries(entries) as T;
}
