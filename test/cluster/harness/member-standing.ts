import type { ClusterService } from './cluster-service.ts';
import type { RealCluster } from './real-cluster.ts';

/** What must stay as it is while a member's pod lives on, or may change only so far. */
export interface MemberStanding {
  readonly uid: string | undefined;
  readonly node: string;
  readonly state: string | undefined;
  readonly epoch: number | undefined;
  /** How often kubelet has restarted its containers. */
  readonly restarts: { readonly stop: number; readonly init: number; readonly main: number };
  /** Requests so far that would give its address to an interface, or take it from one. */
  readonly requests: number;
  /** How often it has changed hands in EC2. */
  readonly moves: number;
}

/** Looks at it now. */
export async function standingOf(
  { world: { cloud } }: RealCluster,
  service: ClusterService,
  ordinal: number,
): Promise<MemberStanding> {
  const { pod, record, address } = await service.truth(ordinal);
  const restarts = async (name: string) => (await service.container(ordinal, name))?.restartCount ?? 0;
  const [stop, init, main] = await Promise.all(['memberstop', 'memberinit', service.name].map(restarts));
  const changing = cloud.calls.all(({ operation }) => /^(Una|A)ssignPrivateIpAddresses$/.test(operation));
  return {
    uid: pod?.uid,
    node: pod?.node ?? '',
    state: record?.state,
    epoch: record?.epoch,
    restarts: { stop: stop ?? 0, init: init ?? 0, main: main ?? 0 },
    requests: changing.filter(({ params }) => Object.values(params).includes(address ?? '')).length,
    moves: cloud.ec2.events.filter(({ ip }) => ip === address).length,
  };
}
