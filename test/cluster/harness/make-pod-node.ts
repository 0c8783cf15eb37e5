import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import { nodeName, type World } from '../../e2e/harness/world.ts';

/** Where a node is to be. */
interface NodeSite {
  readonly world: World;
  readonly kube: KubeCluster;
  readonly images: readonly string[];
  readonly apiServiceIp: string;
  readonly dnsServiceIp: string;
}

/** Makes the node of the account's instance with this index, which has its metadata service; it is off. */
export async function makePodNode(site: NodeSite, index: number): Promise<PodNode> {
  const { world, kube, images, apiServiceIp, dnsServiceIp } = site;
  const { topology, endpoints } = world.cloud;
  const instance = topology.instances[index];
  const [first] = instance?.interfaces ?? [];
  if (instance === undefined || first === undefined)
    throw new Error(`There is no node ${index + 1} with an interface.`);
  const name = nodeName(topology, instance.id);
  const zone = topology.subnets.find(({ id }) => id === first.subnetId)?.zone ?? '';
  const folder = join(world.dir, name);
  await mkdir(folder);
  await world.fabric.serveMetadata(name, endpoints.imds[instance.id] ?? '');
  return PodNode.create(world.fabric, {
    name,
    node: { address: first.primaryIp, zone, providerId: `aws:///${zone}/${instance.id}` },
    cluster: { server: kube.server, url: `https://${apiServiceIp}`, clusterDns: dnsServiceIp },
    podCidr: `10.244.${index + 1}.0/24`,
    resolvConf: `nameserver ${world.fabric.serviceIp}\n`,
    images,
    folder,
  });
}
