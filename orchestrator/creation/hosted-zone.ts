import { RequestFailedError } from '../../common/domain/errors.ts';
import { zoneCallerReference, zoneTags } from '../../common/domain/zone-owner.ts';
import type { PrivateZone, ZoneMarks } from '../../common/ports/hosted-zones.ts';
import { type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';

/** A zone, and whether this run has made it. */
export interface EnsuredZone extends PrivateZone {
  readonly isNew: boolean;
}

/**
 * The private zone of the domain that the VPC sees; made and marked as this cluster's when there is none. One that there is already is used,
 * whoever made it: it is what members and clients ask.
 *
 * @param creation serviceUuid: what this creation is known by in each of its runs; hostedZoneId: the zone that the attributes name, empty
 * where this creation has not come so far
 */
export async function ensureZone(
  operation: Operation,
  domain: string,
  place: { readonly vpcId: string; readonly clusterUid: string },
  creation: { readonly serviceUuid: string; readonly hostedZoneId: string },
): Promise<EnsuredZone> {
  const { ports, settings, signal } = operation;
  const find = () => ports.zones.find(domain, place.vpcId, { signal });
  return await step(operation, { step: 'find the hosted zone' }, async () => {
    const owner = { cluster: settings.cluster, clusterUid: place.clusterUid };
    const callerReference = zoneCallerReference(owner, creation.serviceUuid);
    const there = await find();
    if (there !== undefined) {
      if (creation.hostedZoneId === '') await finishTags(operation, there, { callerReference, tags: zoneTags(owner) });
      return { ...there, isNew: false };
    }
    const wanted = {
      name: domain,
      vpcId: place.vpcId,
      callerReference,
      comment: `Members of the FireCamp cluster ${settings.cluster}`,
      tags: zoneTags(owner),
    };
    try {
      const made = await retried(operation, () => ports.zones.create(wanted, { signal }));
      return { ...made, isNew: true };
    } catch (error) {
      if (!(error instanceof RequestFailedError) || error.transient) throw error;
      // Another service of the cluster may have made it since.
      const now = await find();
      if (now === undefined) throw error;
      return { ...now, isNew: false };
    }
  });
}

/** Zone and tags are two requests: a run of this creation may have been cut off between them. */
async function finishTags(
  operation: Pick<Operation, 'ports' | 'signal'>,
  zone: PrivateZone,
  own: ZoneMarks,
): Promise<void> {
  const { ports, signal } = operation;
  const marks = await ports.zones.marks(zone.id, { signal });
  if (marks === 'gone' || marks.callerReference !== own.callerReference) return;
  if (Object.entries(own.tags).every(([key, value]) => marks.tags[key] === value)) return;
  await retried(operation, () => ports.zones.tag(zone.id, own.tags, { signal }));
}
