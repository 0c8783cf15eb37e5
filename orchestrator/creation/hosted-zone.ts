import { RequestFailedError } from '../../common/domain/errors.ts';
import { zoneCallerReference, zoneTags } from '../../common/domain/zone-owner.ts';
import type { PrivateZone } from '../../common/ports/hosted-zones.ts';
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
 * @param serviceUuid what this creation is known by in each of its runs
 */
export async function ensureZone(
  operation: Operation,
  domain: string,
  place: { readonly vpcId: string; readonly clusterUid: string },
  serviceUuid: string,
): Promise<EnsuredZone> {
  const { ports, settings, signal } = operation;
  const find = () => ports.zones.find(domain, place.vpcId, { signal });
  return await step(operation, { step: 'find the hosted zone' }, async () => {
    const there = await find();
    if (there !== undefined) return { ...there, isNew: false };
    const owner = { cluster: settings.cluster, clusterUid: place.clusterUid };
    const wanted = {
      name: domain,
      vpcId: place.vpcId,
      callerReference: zoneCallerReference(owner, serviceUuid),
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
