import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { FileAccess } from '../../../common/k8s/api-access.ts';
import type { RecordWrite } from '../../../common/ports/batch-record-store.ts';
import type { OrchestratorPorts } from '../../../common/ports/orchestrator-ports.ts';
import { bounded } from '../../../common/runtime/bounded.ts';
import { openOrchestratorPorts } from '../../../common/wiring/open-orchestrator-ports.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { fleetInstance, fleetVpc } from '../fleet-topology.ts';
import { type OrchestratorWorld, orchestratorWorld, type WorldOptions } from '../world.ts';
import { sampleAddress, sampleAttr, sampleMember, sampleOwner, uuid } from './seen.ts';

/** A member as the tests made it. */
export interface ClaimedMember {
  readonly name: string;
  readonly ip: string;
  readonly podUid: string;
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly node: string;
}

export const zoneId = 'ZREDIS';
const domain = 'demo-firecamp.com';
/** Members of a node's interface: the nine secondary addresses of an m5.large. */
const membersPerNode = 9;

/** A world in which the service `redis` runs and every source says the same of its members, three zones in turn. */
export async function redisWorld(
  t: Test,
  kube: KubeApi,
  replicas: number,
  options: WorldOptions = {},
): Promise<{ readonly world: OrchestratorWorld; readonly members: readonly ClaimedMember[] }> {
  const perZone = Math.ceil(replicas / 3 / membersPerNode);
  const ordinals = Array.from({ length: replicas }, (_none, ordinal) => ordinal);
  const records = ordinals.map((n) => ({ name: `redis-${n}.${domain}`, type: 'A', ttl: 5, values: [ipOf(n)] }));
  const zone = { id: zoneId, name: domain, privateZone: true, vpcIds: [fleetVpc], records };
  const parts = { hostedZones: [zone], ...options.parts };
  const world = await orchestratorWorld(t, kube, {
    nodesPerZone: perZone,
    reservationTags: undefined,
    ...options,
    parts,
  });
  const { signal } = new AbortController();
  await createSet(world, replicas);
  const members = await bounded(signal, ordinals, 8, (ordinal) => createMember(world, ordinal));
  await world.ports.store.writeAll(writesOf(world, members), { signal });
  return { world, members };
}

/** What a pod of the service answers to; the node's address is that of its instance. */
const labels = { 'firecamp-servicename': 'redis' };

function ipOf(ordinal: number): string {
  return `10.0.${16 * (ordinal % 3) + 8}.${4 + Math.floor(ordinal / 3)}`;
}

async function createSet({ kube, namespace }: OrchestratorWorld, replicas: number): Promise<void> {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'redis', image: 'redis:7' }] } };
  const spec = { replicas, serviceName: 'redis', selector: { matchLabels: labels }, template };
  const metadata = {
    name: 'redis',
    labels: { ...labels, 'app.kubernetes.io/managed-by': 'firecamp', 'firecamp-serviceuuid': uuid },
  };
  await kube.admin('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, { metadata, spec });
}

/** Creates the pod of a member as a kubelet would have it running, and gives its address to its node's interface. */
async function createMember(world: OrchestratorWorld, ordinal: number): Promise<ClaimedMember> {
  const instanceId = fleetInstance(ordinal % 3, Math.floor(Math.floor(ordinal / 3) / membersPerNode));
  const [eni] = world.cloud.ec2.interfacesOf(instanceId);
  if (eni === undefined) throw new Error(`no interface of ${instanceId}`);
  const ip = ipOf(ordinal);
  world.cloud.ec2.setAddresses(eni, [...eni.addresses, ip]);
  const member = {
    name: `redis-${ordinal}`,
    ip,
    instanceId,
    interfaceId: eni.id,
    node: nodeName(eni.addresses[0] ?? ''),
  };
  return { ...member, podUid: await createPod(world, member.name, member.node, eni.addresses[0] ?? '') };
}

/** As `addFleet` names it. */
function nodeName(primaryIp: string): string {
  return `ip-${primaryIp.replaceAll('.', '-')}.ec2.internal`;
}

/** A pod that is Ready; its UID. */
async function createPod(
  { kube, namespace }: Pick<OrchestratorWorld, 'kube' | 'namespace'>,
  name: string,
  nodeName: string,
  hostIP: string,
): Promise<string> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const made = (await kube.admin('POST', pods, {
    metadata: { name, labels },
    spec: { nodeName, containers: [{ name: 'redis', image: 'redis:7' }] },
  })) as { readonly metadata: { readonly uid: string } };
  await putStatus(kube, `${pods}/${name}`, made, hostIP, true);
  return made.metadata.uid;
}

/** The pod's containers become Ready, or are so no more. */
export async function setReady({ kube, namespace }: OrchestratorWorld, name: string, ready: boolean): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const pod = (await kube.admin('GET', path)) as { readonly status: { readonly hostIP: string } };
  await putStatus(kube, path, pod, pod.status.hostIP, ready);
}

async function putStatus(kube: KubeApi, path: string, pod: object, hostIP: string, ready: boolean): Promise<void> {
  const condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-11-22T07:00:10Z' };
  await kube.admin('PUT', `${path}/status`, { ...pod, status: { phase: 'Running', hostIP, conditions: [condition] } });
}

function writesOf({ settings }: OrchestratorWorld, members: readonly ClaimedMember[]): RecordWrite[] {
  const { cluster, namespace } = settings;
  const attr = { cluster, namespace, replicas: members.length, domainName: domain, hostedZoneId: zoneId };
  return [
    { op: 'create', kind: 'service', record: { cluster, serviceName: 'redis', serviceUuid: uuid } },
    { op: 'create', kind: 'serviceAttr', record: sampleAttr(attr) },
    ...members.flatMap(({ name, ip, podUid, instanceId, interfaceId }, ordinal): RecordWrite[] => [
      { op: 'create', kind: 'member', record: { ...sampleMember(ordinal, ip), memberName: name } },
      {
        op: 'create',
        kind: 'staticIp',
        record: { ...sampleAddress(ordinal, sampleOwner(ordinal, { podUid, namespace })), ip, instanceId, interfaceId },
      },
    ]),
  ];
}

/** The world's ports to the same account, for another identity at the API server. */
export function portsAs(t: Test, { kube, settings, log, awsEnv }: OrchestratorWorld, token: string): OrchestratorPorts {
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-token-'));
  const file = join(folder, 'token');
  writeFileSync(file, token);
  const access = new FileAccess(kube.caFile, file);
  const cluster = { server: kube.url, access, context: undefined, namespace: settings.namespace };
  const opened = openOrchestratorPorts({ aws: awsConfigFrom(awsEnv), cluster, settings, log });
  t.teardown(() => {
    opened.close();
    rmSync(folder, { recursive: true });
  });
  return opened.ports;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Default: get and list. */
  readonly verbs?: readonly string[];
}

/** Token of a service account that may do this in the world's namespace, and nothing else. */
export async function allow(
  { kube, namespace }: OrchestratorWorld,
  name: string,
  ...allowed: readonly Rule[]
): Promise<string> {
  const base = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const rules = allowed.map((rule) => ({ verbs: ['get', 'list'], ...rule }));
  await kube.admin('POST', `${base}/roles`, { metadata: { name }, rules });
  await kube.admin('POST', `${base}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  return await kube.serviceAccountToken(namespace, name);
}
