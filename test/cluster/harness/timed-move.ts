import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterService } from './cluster-service.ts';
import type { MemberTruth } from './member-truth.ts';
import type { RealCluster } from './real-cluster.ts';

/** A member's way from one pod to the next. */
export interface Move {
  /** The nodes of both pods. */
  readonly from: string;
  readonly to: string;
  /** What was seen first when, in milliseconds since the disturbance began; in this order. */
  readonly phases: readonly (readonly [what: string, afterMs: number])[];
}

/** What a new pod goes through; each is looked for from the disturbance on. */
const steps: readonly (readonly [what: string, reached: (now: MemberTruth, old: string) => boolean])[] = [
  ['the new pod is on a node', ({ pod }, old) => pod !== undefined && pod.uid !== old && pod.node !== ''],
  ['the record is its own', ({ pod, record }) => record?.podUid === pod?.uid && record?.state === 'owned'],
  ['EC2 delivers to its node', ({ pod, ec2 }) => ec2 === pod?.node],
  ['the address is on its host', ({ pod, hosts }) => pod !== undefined && hosts.includes(pod.node)],
  ['it is Ready', ({ pod }) => pod?.ready === true],
];

/**
 * Disturbs a member, and follows it until another pod of it is Ready.
 *
 * @throws Error that names the phase that was not reached within the time.
 */
export async function timedMove(
  cluster: RealCluster,
  service: ClusterService,
  ordinal: number,
  disturb: () => Promise<void>,
  withinMs = 120_000,
): Promise<Move> {
  const before = (await service.truth(ordinal)).pod;
  if (before === undefined) throw new Error(`${service.memberName(ordinal)} has no pod to begin with`);
  const began = Date.now();
  const disturbing = disturb();
  const phases: [string, number][] = [];
  for (const [what, reached] of steps) {
    for (;;) {
      const now = await service.truth(ordinal, cluster.liveNodes());
      if (now.pod?.uid !== before.uid && reached(now, before.uid)) break;
      if (Date.now() - began > withinMs) throw new Error(`not within ${withinMs} ms: ${what}; ${JSON.stringify(now)}`);
      await sleep(50);
    }
    phases.push([what, Date.now() - began]);
  }
  await disturbing;
  const to = (await service.truth(ordinal)).pod?.node ?? '';
  return { from: before.node, to, phases };
}
