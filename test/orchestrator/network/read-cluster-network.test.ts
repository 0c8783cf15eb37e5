import t, { test } from 'tap';
import { reservationTags } from '../../../common/domain/reservation-tags.ts';
import { checkZones } from '../../../orchestrator/network/check-zones.ts';
import { chooseAddresses } from '../../../orchestrator/network/choose-addresses.ts';
import { readClusterNetwork } from '../../../orchestrator/network/read-cluster-network.ts';
import { takenAddresses } from '../../../orchestrator/network/taken-addresses.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { fleetInstance, fleetSubnet, fleetTopology, fleetVpc } from '../fleet-topology.ts';
import { addFleet, apiOnly, orchestratorWorld, ownTags, type WorldOptions } from '../world.ts';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** Nodes are the cluster's, not a namespace's, so each test begins without. */
async function noNodes(kube: KubeApi): Promise<void> {
  await kube.admin('DELETE', '/api/v1/nodes');
}

async function patchNode(kube: KubeApi, name: string, change: (node: { spec: object; metadata: object }) => object) {
  const path = `/api/v1/nodes/${name}`;
  const node = (await kube.admin('GET', path)) as { spec: object; metadata: object };
  await kube.admin('PUT', path, change(node));
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
}
