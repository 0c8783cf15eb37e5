import type { AddressMove } from '../../../test/cloud/ec2/address-history.ts';
import type { Ec2State } from '../../../test/cloud/ec2/ec2-state.ts';
import type { InstanceSpec } from '../../../test/cloud/topology.ts';
import type { Fabric } from './fabric.ts';
import type { NodeSpec } from './node-namespace.ts';

/** Name in its node of the interface with this device number; the first is `ens5` on EC2's Nitro instances. */
export function linkName(deviceIndex: number): string {
  return `ens${5 + deviceIndex}`;
}

/** How a node differs from a plain one. */
export type NodeKind = Partial<Pick<NodeSpec, 'vpcCni' | 'snatOutside' | 'rpFilter'>> & {
  /** Device numbers of interfaces that are down with no address. */
  readonly down?: readonly number[];
};

/** Makes the namespace of a simulated instance: each of its interfaces as a link with its MAC and primary address. */
export async function addInstance(
  fabric: Fabric,
  cloud: Ec2State,
  instance: InstanceSpec,
  name: string,
  kind: NodeKind = {},
): Promise<void> {
  const { down = [], ...rest } = kind;
  const interfaces = instance.interfaces.map((one) => ({
    name: linkName(one.deviceIndex),
    mac: one.mac,
    subnetCidr: cloud.subnets.get(one.subnetId)?.cidr ?? '',
    primaryIp: one.primaryIp,
    up: !down.includes(one.deviceIndex),
  }));
  await fabric.addNode({ name, interfaces, ...rest });
}

/** The routes of a fabric kept equal to who holds what in the simulated EC2. */
export interface FollowedCloud {
  /** Resolves when every move so far has reached the routes. */
  settled(): Promise<void>;
  stop(): void;
}

/**
 * Lets the fabric follow the simulated EC2: a move of a secondary address moves its route. `placeOf` says which node and link an interface is,
 * undefined for one that is on no node of the fabric.
 */
export function followCloud(
  fabric: Fabric,
  cloud: Ec2State,
  placeOf: (interfaceId: string) => { readonly node: string; readonly link: string } | undefined,
): FollowedCloud {
  let last: Promise<void> = Promise.resolve();
  const follow = async (move: AddressMove): Promise<void> => {
    const place = move.to === undefined ? undefined : placeOf(move.to);
    if (place === undefined) await fabric.unroute(move.ip);
    else await fabric.route(move.ip, place.node, place.link);
  };
  const stop = cloud.onAddressChange((move) => {
    last = last.then(() => follow(move));
  });
  return { settled: () => last, stop };
}
