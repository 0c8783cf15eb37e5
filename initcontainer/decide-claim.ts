import type { SeenRecord } from '../common/address/address-record.ts';
import { PodUnknownError } from '../common/domain/claim-errors.ts';
import { type ClaimPlan, planClaim } from '../common/domain/claim-plan.ts';
import { FirecampError } from '../common/domain/errors.ts';
import { addressFloor, usedSlots } from '../common/domain/node-interfaces.ts';
import { assertLiving } from '../common/domain/own-pod.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import type { ClaimIdentity } from './claim-intent.ts';
import type { ClaimConfig } from './config.ts';
import { isKnown, readOwnPod, type StaticMemberView } from './observe-member.ts';
import { type NodeView, observeNode } from './observe-node.ts';

export interface ClaimDecision {
  readonly seen: SeenRecord;
  readonly plan: ClaimPlan;
  readonly who: ClaimIdentity;
}

/**
 * The second wave of reads and the decision. Nothing is touched here.
 *
 * @throws the refusals of `planClaim`, PodUnknownError, PodGoneError, FirecampError FC-ENI-004
 */
export async function decideClaim(
  ports: MemberPorts,
  config: ClaimConfig,
  view: StaticMemberView,
  signal: AbortSignal,
): Promise<ClaimDecision> {
  const node = await observeNode(ports, config, view, signal);
  const record = node.seen.stored.record;
  const pod = isKnown(view.pod) ? assertLiving(view.pod, config.memberName, config.podUid) : undefined;
  const plan = planClaim({
    me: { podUid: config.podUid, podCreatedAt: pod?.createdAt },
    record,
    serviceUuid: view.attr.serviceUuid,
    cluster: config.cluster,
    instanceId: node.identity.instanceId,
    vpcCniPossible: node.vpcCniPossible,
    interfaces: node.interfaces,
    holder: node.holder,
  });
  if (plan.podUnknown && !isKnown(view.pod)) throw new PodUnknownError(record, view.pod.unknown);
  if (plan.readPodAgain) await assertStillLiving(ports, config, node, signal);
  await assertFreeSlot(ports, node, plan, signal);
  const who = {
    namespace: config.namespace,
    podName: config.memberName,
    podUid: config.podUid,
    podCreatedAt: pod?.createdAt ?? record.owner?.podCreatedAt ?? '',
    instanceId: node.identity.instanceId,
    zone: node.identity.zone,
  };
  return { seen: node.seen, plan, who };
}

/** Two pods of one name and one second: the one that Kubernetes still has after the record was read is the newer. */
async function assertStillLiving(
  ports: MemberPorts,
  config: ClaimConfig,
  node: NodeView,
  signal: AbortSignal,
): Promise<void> {
  const pod = await readOwnPod(ports, config, signal);
  if (!isKnown(pod)) throw new PodUnknownError(node.seen.stored.record, pod.unknown);
  assertLiving(pod, config.memberName, config.podUid);
}

/** EC2 is asked for the instance type's limit only when the interface has more addresses than the least limit there is. */
async function assertFreeSlot(ports: MemberPorts, node: NodeView, plan: ClaimPlan, signal: AbortSignal): Promise<void> {
  const { instanceType, instanceId } = node.identity;
  const used = usedSlots(plan.target);
  if (!plan.assign || plan.holder === 'wanted' || used < addressFloor(instanceType)) return;
  const limit = await ports.addresses.addressesPerInterface(instanceType, { signal });
  if (used < limit) return;
  const message = `Interface ${plan.target.id} of ${instanceId} has ${used} of the ${limit} IPv4 addresses that ${instanceType} allows an interface.`;
  throw new FirecampError('FC-ENI-004', message, { fields: { interfaceId: plan.target.id, used, limit } });
}
