import type { Test } from 'tap';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import type { Topology } from '../../cloud/topology.ts';
import { fleetInstance, fleetSubnet, fleetTopology } from '../fleet-topology.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld, ownTags, type WorldOptions } from '../world.ts';

/** Name, instance and subnet of the first node. */
export const [node, instanceId, subnetId] = ['ip-10-0-0-10.ec2.internal', fleetInstance(0, 0), fleetSubnet(0)];

export interface NodeWorld extends OrchestratorWorld {
  /** The interfaces of the node's instance, in the cloud's truth. */
  attached(): ReturnType<OrchestratorWorld['cloud']['ec2']['interfacesOf']>;
  /** Every interface of the account beyond the nodes' primary ones. */
  extra(): ReturnType<OrchestratorWorld['cloud']['ec2']['interfaces']>;
  /** Cordons the node, or changes something else of its spec and labels. */
  changeNode(name: string, change: { readonly spec?: object; readonly labels?: object }): Promise<void>;
}

/** Two nodes in one zone, of a type with three interfaces of ten addresses. */
export async function nodeWorld(
  t: Test,
  kube: KubeApi,
  { changed, ...options }: WorldOptions & { readonly changed?: (topology: Topology) => Topology } = {},
): Promise<NodeWorld> {
  await kube.admin('DELETE', '/api/v1/nodes');
  const namespace = options.namespace ?? (await kube.newNamespace());
  const settings = { cluster: 'demo', namespace, dbType: 'k8sdb' } as const;
  const reservationTags = 'reservationTags' in options ? options.reservationTags : await ownTags(kube, settings);
  const fleet = fleetTopology({ cluster: 'demo', zones: ['us-east-1a'], reservationTags });
  const topology = withGroups(fleet);
  const world = await orchestratorWorld(t, kube, { ...options, namespace, topology: changed?.(topology) ?? topology });
  await addFleet(kube, world.account);
  const { ec2 } = world.cloud;
  return {
    ...world,
    attached: () => ec2.interfacesOf(instanceId),
    extra: () => ec2.interfaces().filter((one) => one.attachment?.deviceIndex !== 0),
    async changeNode(name, { spec = {}, labels = {} }) {
      await kube.admin('PATCH', `/api/v1/nodes/${name}`, { spec, metadata: { labels } });
    },
  };
}

function withGroups(fleet: Topology): Topology {
  const instances = fleet.instances.map((instance) => ({
    ...instance,
    interfaces: instance.interfaces.map((one) => ({ ...one, groups: ['sg-0nodes', 'sg-0more'] })),
  }));
  return { ...fleet, instances };
}
