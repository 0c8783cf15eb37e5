import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import { isOwnZone, zoneCallerReference } from '../../common/domain/zone-owner.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { readClusterUid } from '../network/read-cluster-network.ts';
import type { Operation } from '../operation.ts';
import { clusterVpcs } from './cluster-vpcs.ts';

/** The hosted zone of a service. */
export interface ServiceZone {
  readonly id: string;
  /** The domain. */
  readonly name: string;
  /** Whether it was made for this cluster, and may be deleted once nobody uses it. */
  readonly own: boolean;
}

/**
 * The zone that the attributes name; where they name none as creation was cut off, the one that was made for this service, else
 * the one that its creation has found.
 *
 * @returns undefined when there is none
 */
export async function findServiceZone(operation: Operation, attr: ServiceAttrRecord): Promise<ServiceZone | undefined> {
  const { ports, settings, signal } = operation;
  const { hostedZoneId, domainName: name, registerDns, serviceUuid } = attr;
  if (hostedZoneId === '' && (!registerDns || name === '')) return undefined;
  const owner = { cluster: settings.cluster, clusterUid: await readClusterUid(operation) };
  if (hostedZoneId !== '') {
    const marks = await ports.zones.marks(hostedZoneId, { signal });
    return marks === 'gone' ? undefined : { id: hostedZoneId, name, own: isOwnZone(marks, owner) };
  }
  const named = await ports.zones.named(name, { signal });
  if (named.length === 0) return undefined;
  const found = await bounded(signal, named, 2, async (zone, joined) => {
    const marks = await ports.zones.marks(zone.id, { signal: joined });
    return { id: zone.id, callerReference: marks === 'gone' ? '' : marks.callerReference };
  });
  const reference = zoneCallerReference(owner, serviceUuid);
  const made = found.find(({ callerReference }) => callerReference === reference);
  return made ? { id: made.id, name, own: true } : await seenZone(operation, name, owner);
}

/** One that was there before the creation, which may have put names into it before its attributes said so. */
async function seenZone(
  operation: Operation,
  name: string,
  owner: Parameters<typeof isOwnZone>[1],
): Promise<ServiceZone | undefined> {
  const { ports, signal } = operation;
  for (const vpcId of await nodesVpcs(operation)) {
    const seen = await ports.zones.find(name, vpcId, { signal });
    const marks = seen && (await ports.zones.marks(seen.id, { signal }));
    if (seen !== undefined && marks !== undefined && marks !== 'gone') {
      return { id: seen.id, name, own: isOwnZone(marks, owner) };
    }
  }
  return undefined;
}

/** Without nodes nothing sees the zone. */
async function nodesVpcs(operation: Operation): Promise<string[]> {
  try {
    return await clusterVpcs(operation, []);
  } catch (error) {
    if (error instanceof FirecampError && error.code === 'FC-NET-005') return [];
    throw error;
  }
}
