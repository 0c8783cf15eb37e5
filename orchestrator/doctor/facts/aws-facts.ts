import { FirecampError } from '../../../common/domain/errors.ts';
import { isOwnReservation } from '../../../common/domain/reservation-tags.ts';
import type { PrivateZone, ZoneUse } from '../../../common/ports/hosted-zones.ts';
import type { Instance } from '../../../common/ports/instances.ts';
import type { Volume } from '../../../common/ports/volumes.ts';
import { bounded } from '../../../common/runtime/bounded.ts';
import { byCidr } from '../../network/address-ranges.ts';
import type { ClusterSubnet } from '../../network/cluster-network.ts';
import type { NodeFacts } from '../../network/node-facts.ts';
import { subnetsAtOnce } from '../../network/read-cluster-network.ts';
import { heldAddresses } from '../../network/taken-addresses.ts';
import type { Plan } from '../plan.ts';
import type { Reading } from '../prober.ts';
import type { KnownService } from './inventory.ts';

/** Asks AWS for anything at all; that the caller may not have it is an answer too. */
export async function reachAws({ ports, signal }: Reading): Promise<'reached'> {
  try {
    await ports.instances.addressesPerInterface(['m5.large'], { signal });
  } catch (error) {
    if (!(error instanceof FirecampError) || error.code !== 'FC-AWS-001') throw error;
  }
  return 'reached';
}

/** The one VPC of these instances. @throws FirecampError FC-NET-005 when they are in none or in several */
export function vpcOf(nodes: readonly NodeFacts[], instances: readonly Instance[]): string {
  const vpcs = Map.groupBy(
    instances.filter(({ vpcId }) => vpcId !== undefined),
    ({ vpcId }) => vpcId ?? '',
  );
  const [only] = vpcs.keys();
  if (only !== undefined && vpcs.size === 1) return only;
  const parts = [...vpcs].map(([vpc, some]) => `${vpc} has ${some.map(({ id }) => id).join(', ')}`);
  const message =
    only === undefined
      ? `EC2 knows no running instance of the ${nodes.length} nodes.`
      : `The nodes are in ${vpcs.size} VPCs: ${parts.join('; ')}.`;
  throw new FirecampError('FC-NET-005', message);
}

/** The subnets of the plan's zones, and which ranges of them are this cluster's. */
export async function readSubnets(
  { ports, settings, signal }: Reading,
  [plan, vpcId, clusterUid]: readonly [Plan, string, string],
): Promise<ClusterSubnet[]> {
  const all = await ports.subnets.list(vpcId, { signal });
  const inZones = all.filter(({ zone }) => plan.zones.includes(zone)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const owner = { ...settings, clusterUid };
  return bounded(signal, inZones, subnetsAtOnce, async (subnet, joined) => {
    const found = (await ports.subnets.reservations(subnet.id, { signal: joined })).sort(byCidr);
    const { own = [], others = [] } = Object.groupBy(found, ({ kind, tags }) =>
      kind === 'explicit' && isOwnReservation(tags, owner) ? 'own' : 'others',
    );
    return { subnet, own, others };
  });
}

/** Addresses of our reservations' subnets that cannot be given out: somebody has them, or a record names them. */
export async function readTaken(
  operation: Reading,
  [subnets, inventory]: readonly [readonly ClusterSubnet[], readonly KnownService[]],
): Promise<ReadonlySet<string>> {
  const reserved = subnets.filter(({ own }) => own.length > 0);
  const recorded = inventory.flatMap(({ members }) => members.map(({ staticIp }) => staticIp));
  return new Set([...(await heldAddresses(operation, reserved)), ...recorded]);
}

/** The hosted zone of the members' names, as the VPC sees it. */
export interface ZoneFacts {
  /** The zone that the VPC sees; undefined when it sees none. */
  readonly seen: PrivateZone | undefined;
  /** Zones of the name that it may not see. */
  readonly named: readonly PrivateZone[];
  readonly use: ZoneUse | undefined;
}

export async function readZone({ ports, signal }: Reading, [plan, vpcId]: readonly [Plan, string]): Promise<ZoneFacts> {
  if (plan.domain === undefined) return { seen: undefined, named: [], use: undefined };
  const [seen, named] = await Promise.all([
    ports.zones.find(plan.domain, vpcId, { signal }),
    ports.zones.named(plan.domain, { signal }),
  ]);
  return { seen, named, use: seen && (await ports.zones.use(seen.id, { signal })) };
}

/** The members' volumes that exist. */
export async function readVolumes(
  { ports, signal }: Reading,
  [, inventory]: readonly [unknown, readonly KnownService[]],
): Promise<Volume[]> {
  const ids = inventory.flatMap(({ members }) =>
    members.flatMap(({ volumes }) => [volumes.primaryVolumeId, volumes.journalVolumeId]),
  );
  return ports.volumes.describe(
    ids.filter((id) => id !== ''),
    { signal },
  );
}
