import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import { isOwnZone, zoneCallerReference } from '../../common/domain/zone-owner.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { readClusterUid } from '../network/read-cluster-network.ts';
import type { Operation } from '../operation.ts';

/** The hosted zone of a service. */
export interface ServiceZone {
  readonly id: string;
  /** The domain. */
  readonly name: string;
  /** Whether it was made for this cluster, and may be deleted once nobody uses it. */
  readonly own: boolean;
}

/**
 * The zone that the attributes name; where they name none as creation was cut off, the one that was made for this service.
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
  const found = await bounded(signal, named, 2, async (zone, joined) => {
    const marks = await ports.zones.marks(zone.id, { signal: joined });
    return { id: zone.id, callerReference: marks === 'gone' ? '' : marks.callerReference };
  });
  const reference = zoneCallerReference(owner, serviceUuid);
  const made = found.find(({ callerReference }) => callerReference === reference);
  return made && { id: made.id, name, own: true };
}
