import { type CoreDns, startCoreDns } from '../../../scripts/rig/coredns.ts';
import type { KubeCluster } from '../../../scripts/rig/kube-cluster.ts';
import type { PodNode } from '../../../scripts/rig/nodes/pod-node.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import type { World } from '../../e2e/harness/world.ts';
import { type ClusterVolumes, startVolumes } from './cluster-volumes.ts';

/** What runs in every cluster beside the control plane: EBS volumes, and DNS. */
export interface ClusterServices extends AsyncDisposable {
  readonly dns: CoreDns;
  readonly volumes: ClusterVolumes;
  /** Prepares a node, before it boots. */
  addNode(node: PodNode): Promise<void>;
}

/** Starts them; cluster DNS is CoreDNS at this address, which asks Route 53 every second and the API server. */
export async function startServices(world: World, kube: KubeCluster, dnsIp: string): Promise<ClusterServices> {
  await using failing = new AsyncDisposableStack();
  const volumes = failing.use(await startVolumes(world, kube));
  const { endpoints, topology } = world.cloud;
  const dns = await startCoreDns({
    host: dnsIp,
    port: 53,
    hostedZones: (topology.hostedZones ?? []).map(({ id, name }) => ({ id, name })),
    refreshSeconds: 1,
    kubeconfig: kube.kubeconfig,
    route53: { endpoint: endpoints.route53, region: topology.region, credentials: defaultPrincipal },
  });
  failing.defer(() => dns.stop());
  const closing = failing.move();
  return {
    dns,
    volumes,
    addNode: (node) => volumes.addNode(node),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
