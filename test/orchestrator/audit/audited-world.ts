import type { Test } from 'tap';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { type CommandWorld, commandWorld } from '../commands/world.ts';
import { type ClaimedMember, redisWorld } from '../status/claimed-service.ts';
import { addFleet, type OrchestratorWorld, ownTags, type WorldOptions } from '../world.ts';

/** A service of members that all agree, with ranges of its own, and the command line. */
export interface AuditedWorld {
  readonly world: OrchestratorWorld;
  readonly members: readonly ClaimedMember[];
  readonly cli: CommandWorld;
}

/** The world has nodes, so that VPC and ranges are known; those of the world before it are taken away. */
export async function auditedWorld(
  t: Test,
  kube: KubeApi,
  replicas: number,
  options: WorldOptions = {},
): Promise<AuditedWorld> {
  const namespace = await kube.newNamespace();
  const reservationTags = await ownTags(kube, { cluster: 'demo', namespace, dbType: 'k8sdb' });
  const { world, members } = await redisWorld(t, kube, replicas, { namespace, reservationTags, ...options });
  await kube.admin('DELETE', '/api/v1/nodes');
  await addFleet(kube, world.account);
  return { world, members, cli: await commandWorld(world, t.testdir()) };
}

/** The member of this ordinal. */
export function memberAt(members: readonly ClaimedMember[], ordinal: number): ClaimedMember {
  const member = members[ordinal];
  if (member === undefined) throw new Error(`no member ${ordinal}`);
  return member;
}

/** EC2 moves the address to another interface, without anybody’s record. */
export function moveAddress({ cloud }: OrchestratorWorld, ip: string, instanceId: string): void {
  const [eni] = cloud.ec2.interfacesOf(instanceId);
  if (eni === undefined) throw new Error(`no interface of ${instanceId}`);
  cloud.ec2.setAddresses(eni, [...eni.addresses, ip]);
}

/** EC2 takes the address off its interface. */
export function dropAddress({ cloud }: OrchestratorWorld, ip: string, instanceId: string): void {
  const [eni] = cloud.ec2.interfacesOf(instanceId);
  if (eni === undefined) throw new Error(`no interface of ${instanceId}`);
  cloud.ec2.setAddresses(
    eni,
    eni.addresses.filter((one) => one !== ip),
  );
}
