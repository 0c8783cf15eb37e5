import type { AddressOwner } from '../../common/domain/records.ts';
import { type ReleaseConfig, readReleaseConfig } from '../../stopcontainer/config.ts';
import { releaseMember } from '../../stopcontainer/release-member.ts';
import type { ReleaseResult } from '../../stopcontainer/release-result.ts';
import { ip, memberEnv, memberName, owner, World, type WorldNode } from '../fakes/world.ts';

/** The configuration of the stop container of the pod of that number. */
export function releaseConfig(
  pod: number,
  argv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): ReleaseConfig {
  return readReleaseConfig(argv, memberEnv(pod, env)).values;
}

/** The release by the stop container of pod number 1 on node a, unless told otherwise. */
export function release(
  world: World,
  parts: {
    readonly pod?: number;
    readonly node?: WorldNode;
    readonly argv?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly graceMs?: number;
  } = {},
): Promise<ReleaseResult> {
  const { pod = 1, node = world.a, argv, env, graceMs = 20_000 } = parts;
  return releaseMember(node.ports, releaseConfig(pod, argv, env), graceMs);
}

/** A world in which node a holds the address everywhere, the record has that owner, and pod number 1 is gone. */
export async function settledOnA(recorded: AddressOwner = owner(1, 3, 'owned')): Promise<World> {
  const world = await new World().seed({ record: { instanceId: 'i-a', interfaceId: 'eni-a', owner: recorded } });
  world.ec2.give('eni-a', ip);
  world.a.host.addresses.set(ip, 'eth0');
  world.a.files.staticIp = { kind: 'address', ip };
  world.a.files.claim = { address: ip, epoch: 3, interfaceId: 'eni-a', mac: '', podUid: recorded.podUid, waiterId: '' };
  world.pods.put(memberName, 'gone');
  return world;
}

/** Whether nothing was changed anywhere. */
export function untouched(world: World): boolean {
  const changes = ['store.update', 'ec2.unassign', 'ec2.assign', 'host.detach', 'files.removeClaim'];
  return changes.every((name) => world.script.count(name) === 0);
}
