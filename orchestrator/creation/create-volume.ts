import { md5 } from '../../common/domain/md5.ts';
import { volumeTags } from '../../common/domain/volume-tags.ts';
import type { Volume } from '../../common/ports/volumes.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { Operation } from '../operation.ts';
import type { Paced } from '../paced.ts';
import { type VolumeWish, volumesUnusable } from './volume-faults.ts';

/** A volume on its way out is no volume of the member any more. */
export function isThere({ state }: Volume): boolean {
  return state !== 'deleting' && state !== 'deleted';
}

/** Tries after a token whose volume has been deleted again: EC2 answers it with that volume for as long as it remembers the token. */
const maxTokens = 5;

/**
 * Makes a member's volume with its tags. The client token is derived from what the volume is for, so that a run which did not hear of its
 * volume gets the same one.
 *
 * @param operation inTime: the pace that all volumes of the service are made at
 * @throws FirecampError FC-VOL-001 when EC2 knows only volumes for it that were deleted
 */
export async function createVolume(
  { ports, signal, inTime }: Pick<Operation, 'ports' | 'signal'> & { readonly inTime: Paced },
  { name, cluster, kubernetesCluster }: ServiceDefinition,
  serviceUuid: string,
  { member, use, zone, volume }: VolumeWish,
): Promise<Volume> {
  const tags = volumeTags({ cluster, service: name, serviceUuid, member, use }, kubernetesCluster);
  const { sizeGb, volumeType, iops, throughput, encrypted, kmsKeyId } = volume;
  const wanted = { zone, sizeGb, volumeType, iops, throughput, encrypted, kmsKeyId, tags };
  for (let turn = 0; turn < maxTokens; turn++) {
    // EC2 refuses a token that it knows with other tags, and what it is called in Kubernetes may have been changed since.
    const clientToken = `firecamp-${md5(`${serviceUuid}/${member}/${use}/${kubernetesCluster}/${turn}`)}`;
    // With the same token it makes no second volume, so a request without an answer may be sent again.
    const made = await inTime(signal, () => ports.volumes.create({ ...wanted, clientToken }, { signal }));
    if (isThere(made)) return made;
  }
  throw volumesUnusable(name, [
    `EC2 answers the creation of the ${use} volume of ${member} with volumes that were deleted`,
  ]);
}
