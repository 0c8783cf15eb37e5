import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { type ReservationOwner, reservationTags } from '../../../common/domain/reservation-tags.ts';
import { FileAccess } from '../../../common/k8s/api-access.ts';
import { openOrchestratorPorts } from '../../../common/wiring/open-orchestrator-ports.ts';
import type { Operation, ProgressEvent } from '../../../orchestrator/operation.ts';
import { type KubeCluster, startKubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import type { Topology } from '../../cloud/topology.ts';
import { MemoryLog } from '../../fakes/memory-log.ts';
import type { OrchestratorWorld } from '../../orchestrator/world.ts';
import { e2eTopology } from './nodes.ts';
import { eventually } from './standing.ts';
import { cluster, nodeName, World } from './world.ts';

/** The nodes that may run members: three in zone a, one of them with two interfaces in its subnet, and one in zone b. */
const memberNodes = ['i-00000000000000001', 'i-00000000000000002', 'i-00000000000000004', 'i-00000000000000003'];

export type DbType = ReservationOwner['dbType'];

/** A world with a whole control plane whose nodes are the fabric's, and an orchestrator for each kind of database, each in a namespace of its own. */
export interface OrchestratedWorld extends AsyncDisposable {
  readonly world: World;
  readonly kube: KubeCluster;
  readonly orchestrators: Readonly<Record<DbType, OrchestratorWorld>>;
}

/** Starts it, with these parts of the account in place of its own; the nodes' kubelets are the test's to play. */
export async function startOrchestratedWorld(parts: Partial<Topology> = {}): Promise<OrchestratedWorld> {
  await using failing = new AsyncDisposableStack();
  const kube = await startKubeCluster();
  failing.defer(() => kube.stop());
  const namespaces = { clouddb: await kube.newNamespace(), k8sdb: await kube.newNamespace() };
  const topology = { ...(await reservedTopology(kube, namespaces)), ...parts };
  const world = failing.use(await World.start({ topology, api: kube }));
  await addNodes(kube, topology);
  const open = async (dbType: DbType) => {
    const { opened, closer } = await openOrchestrator(world, kube, dbType, namespaces[dbType]);
    failing.defer(async () => closer());
    return opened;
  };
  const orchestrators = { clouddb: await open('clouddb'), k8sdb: await open('k8sdb') };
  const closers = failing.move();
  return { world, kube, orchestrators, [Symbol.asyncDispose]: () => closers.disposeAsync() };
}

/** In each subnet a reservation for each set of records. */
async function reservedTopology(kube: KubeCluster, namespaces: Readonly<Record<DbType, string>>): Promise<Topology> {
  const system = await kube.admin('GET', '/api/v1/namespaces/kube-system');
  const clusterUid = (system as { metadata: { uid: string } }).metadata.uid;
  const reservations = (['a', 'b'] as const).flatMap((subnet, index) =>
    (['clouddb', 'k8sdb'] as const).map((dbType, half) => ({
      id: `scr-000000000000000${half}${subnet}`,
      subnetId: `subnet-0000000000000000${subnet}`,
      cidr: `10.0.${index + 1}.${192 + 32 * half}/27`,
      tags: reservationTags({ cluster, clusterUid, dbType, namespace: namespaces[dbType] }),
    })),
  );
  return e2eTopology({ reservations });
}

async function addNodes(kube: KubeCluster, topology: Topology): Promise<void> {
  for (const id of memberNodes) {
    const [first] = topology.instances.find((one) => one.id === id)?.interfaces ?? [];
    const zone = topology.subnets.find((one) => one.id === first?.subnetId)?.zone ?? '';
    const address = first?.primaryIp ?? '';
    const name = nodeName(topology, id);
    await kube.addNode({ name, zone, providerId: `aws:///${zone}/${id}`, address, kubelet: 'none' });
  }
}

async function openOrchestrator(world: World, kube: KubeCluster, dbType: DbType, namespace: string) {
  const settings = { cluster, namespace, dbType, release: '1.0.0' } as const;
  const [instance = ''] = memberNodes;
  const { AWS_ENDPOINT_URL_DYNAMODB: _gate, PATH: _path, ...env } = world.nodeEnvironment(instance);
  const awsEnv = { ...env, AWS_EC2_METADATA_DISABLED: 'true' };
  Object.assign(process.env, awsEnv);
  const tokenFile = join(world.dir, `${dbType}-orchestrator-token`);
  await writeFile(tokenFile, kube.adminToken);
  const log = new MemoryLog();
  const { ports, close } = openOrchestratorPorts({
    aws: awsConfigFrom(awsEnv),
    cluster: { server: kube.url, access: new FileAccess(kube.caFile, tokenFile), context: undefined, namespace },
    settings,
    log,
  });
  await controllersDone(kube, namespace);
  const events: ProgressEvent[] = [];
  const operation = (parts: Partial<Operation> = {}): Operation => ({
    ...{ settings, ports, signal: new AbortController().signal, dryRun: 'none' },
    progress: (event) => events.push(event),
    ...parts,
  });
  const { cloud } = world;
  const opened = { kube, namespace, settings, account: cloud.topology, cloud, ports, log, awsEnv, events, operation };
  return { opened, closer: close };
}

/** Controllers give every namespace objects of its own, which would look like left by a service. */
async function controllersDone(kube: KubeCluster, namespace: string): Promise<void> {
  await eventually(`namespace ${namespace} has what controllers give it`, () =>
    kube.admin('GET', `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`).then(
      () => true,
      () => false,
    ),
  );
}
