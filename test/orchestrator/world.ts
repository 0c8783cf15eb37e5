import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { awsConfigFrom } from '../../common/aws/aws-config.ts';
import { reservationTags } from '../../common/domain/reservation-tags.ts';
import { FileAccess } from '../../common/k8s/api-access.ts';
import type { OrchestratorPorts } from '../../common/ports/orchestrator-ports.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { openOrchestratorPorts } from '../../common/wiring/open-orchestrator-ports.ts';
import type { Operation, OrchestratorSettings, ProgressEvent } from '../../orchestrator/operation.ts';
import { type KubeApi, kubeApiOf } from '../../scripts/rig/kube-api.ts';
import { startKubeApiServer } from '../../scripts/rig/kube-api-server.ts';
import { type KubeCluster, startKubeCluster } from '../../scripts/rig/kube-cluster.ts';
import { type NodeOptions, nodeObject } from '../../scripts/rig/kube-node.ts';
import { type Cloud, type CloudOptions, startCloud } from '../cloud/cloud.ts';
import { defaultPrincipal, type Topology } from '../cloud/topology.ts';
import { MemoryLog } from '../fakes/memory-log.ts';
import { type FleetOptions, fleetTopology } from './fleet-topology.ts';

/** Told what to end when the test is over; a test of tap, or whoever else ends things. */
export type Ending = Pick<Test, 'teardown'>;

/** An API server alone, with nodes that are only objects; for tests in which no pod has to come or go. */
export async function apiOnly(t: Ending): Promise<KubeApi> {
  const api = await kubeApiOf(await startKubeApiServer());
  t.teardown(() => api.stop());
  return api;
}

/** A whole control plane; add nodes that kwok plays with `addFleet`. */
export async function wholeCluster(t: Ending): Promise<KubeCluster> {
  const cluster = await startKubeCluster();
  t.teardown(() => cluster.stop());
  return cluster;
}

/** Registers the instances of the account as nodes: with `kwok` their pods come to life, which needs a whole control plane. */
export async function addFleet(
  kube: KubeApi | KubeCluster,
  account: Topology,
  kubelet: NodeOptions['kubelet'] = kubeletOf(kube),
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  // Hundreds of nodes one after the other would take a minute.
  await bounded(new AbortController().signal, account.instances, 16, async (instance) => {
    const [first] = instance.interfaces;
    const subnet = account.subnets.find(({ id }) => id === first?.subnetId);
    const zone = instance.zone ?? subnet?.zone ?? '';
    const node: NodeOptions = {
      name: `ip-${first?.primaryIp.replaceAll('.', '-')}.ec2.internal`,
      zone,
      labels,
      providerId: `aws:///${zone}/${instance.id}`,
      address: first?.primaryIp ?? '',
      kubelet,
    };
    if ('addNode' in kube) await kube.addNode(node);
    else await bareNode(kube, node);
  });
}

function kubeletOf(kube: KubeApi | KubeCluster): NodeOptions['kubelet'] {
  return 'addNode' in kube ? 'kwok' : 'none';
}

/** Without controllers nobody takes away the taint that the API server gives to each new node. */
async function bareNode(kube: KubeApi, node: NodeOptions): Promise<void> {
  const made = await kube.admin('POST', '/api/v1/nodes', nodeObject(node, new Date()));
  const { spec, ...rest } = made as { readonly spec: object };
  await kube.admin('PUT', `/api/v1/nodes/${node.name}`, { ...rest, spec: { ...spec, taints: [] } });
}

export interface WorldOptions extends Partial<Omit<FleetOptions, 'cluster'>> {
  /** Default k8sdb; for clouddb set AWS_ENDPOINT_URL_DYNAMODB and make the table before. */
  readonly dbType?: OrchestratorSettings['dbType'];
  /** Default `demo`. */
  readonly cluster?: string;
  /** In place of a new one. */
  readonly namespace?: string;
  /** In place of the fleet's. */
  readonly topology?: Topology;
  readonly cloud?: CloudOptions;
  /** Token in place of the administrator's. */
  readonly token?: string;
}

/** A namespace, a simulated account and the orchestrator's ports to both. */
export interface OrchestratorWorld {
  readonly kube: KubeApi | KubeCluster;
  readonly namespace: string;
  readonly settings: OrchestratorSettings;
  readonly account: Topology;
  readonly cloud: Cloud;
  readonly ports: OrchestratorPorts;
  readonly log: MemoryLog;
  /** Variables with which the command line reaches the account; the cluster is told by `--kubeconfig`. */
  readonly awsEnv: Readonly<Record<string, string>>;
  readonly events: readonly ProgressEvent[];
  /** An operation on this world; its progress goes to `events`. */
  operation(parts?: Partial<Operation>): Operation;
}

/** What the reservations of a world are tagged with unless a test says otherwise. */
export async function ownTags(kube: KubeApi, settings: Omit<OrchestratorSettings, 'release'>) {
  const system = await kube.admin('GET', '/api/v1/namespaces/kube-system');
  return reservationTags({ ...settings, clusterUid: (system as { metadata: { uid: string } }).metadata.uid });
}

/** A new namespace of the cluster and a new account beside it. One at a time a process: the endpoints are in its environment. */
export async function orchestratorWorld(
  t: Ending,
  kube: KubeApi | KubeCluster,
  options: WorldOptions = {},
): Promise<OrchestratorWorld> {
  const namespace = options.namespace ?? (await kube.newNamespace());
  const cluster = options.cluster ?? 'demo';
  const dbType = options.dbType ?? 'k8sdb';
  const settings = { cluster, namespace, dbType, release: '1.0.0' } as const;
  const tags = 'reservationTags' in options ? options.reservationTags : await ownTags(kube, settings);
  const account = options.topology ?? fleetTopology({ ...options, cluster, reservationTags: tags });
  const cloud = await startCloud(account, options.cloud ?? {});
  const awsEnv = {
    AWS_ENDPOINT_URL_EC2: cloud.endpoints.ec2,
    AWS_ENDPOINT_URL_ROUTE_53: cloud.endpoints.route53,
    AWS_ENDPOINT_URL_STS: cloud.endpoints.sts,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: cloud.endpoints.servicequotas,
    AWS_REGION: cloud.endpoints.region,
    AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  Object.assign(process.env, awsEnv);
  const log = new MemoryLog();
  const access = new FileAccess(kube.caFile, tokenFile(t, options.token ?? kube.adminToken));
  const opened = openOrchestratorPorts({
    aws: awsConfigFrom(awsEnv),
    cluster: { server: kube.url, access, context: undefined, namespace },
    settings,
    log,
  });
  t.teardown(async () => {
    opened.close();
    await cloud.close();
  });
  const events: ProgressEvent[] = [];
  const operation = (parts: Partial<Operation> = {}): Operation => ({
    settings,
    ports: opened.ports,
    signal: new AbortController().signal,
    progress: (event) => events.push(event),
    dryRun: 'none',
    ...parts,
  });
  return { kube, namespace, settings, account, cloud, ports: opened.ports, log, awsEnv, events, operation };
}

function tokenFile(t: Ending, token: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-token-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, token);
  return file;
}
