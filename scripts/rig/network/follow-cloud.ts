import type { Ec2State } from '../../../test/cloud/ec2/ec2-state.ts';
import type { Attachment } from '../../../test/cloud/ec2/model.ts';
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

/** A fabric kept equal to who holds what in the simulated EC2. */
export interface FollowedCloud {
  /** Resolves when all that happened so far has reached the fabric. */
  settled(): Promise<void>;
  stop(): void;
}

/**
 * Lets the fabric follow the simulated EC2: a move of a secondary address moves its route, and an interface that is attached to a running instance
 * appears in its node until it is detached, down and with no address, as on EKS's Amazon Linux (amazon-eks-ami #2180). `nodeOf` says which node an instance is, undefined for one that is none of
 * the fabric.
 */
export function followCloud(
  fabric: Fabric,
  cloud: Ec2State,
  nodeOf: (instanceId: string) => string | undefined,
): FollowedCloud {
  let last: Promise<void> = Promise.resolve();
  const then = (work: () => Promise<void>) => {
    last = last.then(work);
  };
  const placeOf = (attachment: Attachment | undefined) => {
    const node = attachment && nodeOf(attachment.instanceId);
    return node === undefined ? undefined : { node, link: linkName(attachment?.deviceIndex ?? 0) };
  };
  const stopMoves = cloud.onAddressChange(({ ip, to }) => {
    const attachment = to === undefined ? undefined : cloud.interface(to)?.attachment;
    const place = placeOf(attachment);
    then(() => (place === undefined ? fabric.unroute(ip) : fabric.route(ip, place.node, place.link)));
  });
  const stopAttachments = cloud.onAttachmentChange(({ item, before }) => {
    const [from, to] = [placeOf(before), placeOf(item.attachment)];
    const { addresses, mac } = item;
    const subnetCidr = cloud.subnets.get(item.subnetId)?.cidr ?? '';
    if (from !== undefined) then(() => fabric.unplug(from.node, from.link));
    if (to === undefined) return;
    const [primaryIp = '', ...others] = addresses;
    then(() => fabric.plug(to.node, { name: to.link, mac, subnetCidr, primaryIp, up: false }));
    for (const ip of others) then(() => fabric.route(ip, to.node, to.link));
  });
  return {
    settled: () => last,
    stop() {
      stopMoves();
      stopAttachments();
    },
  };
}
