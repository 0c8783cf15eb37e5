import { persistentVolumeName, volumeClaimName } from '../manifests/member-volume.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { kinds } from '../objects/kinds.ts';
import { type Change, type Operation, step } from '../operation.ts';
import type { VolumeRequest } from '../service-operations.ts';
import { namedVolume } from './volume-request.ts';

/**
 * Deletes the member's claim, waits until it is gone, then its PersistentVolume, and waits for that; absent is fine. The EBS volume and its data
 * stay. What is somebody else's is kept, and said.
 *
 * @param options waitSeconds: how long each of the two may take; 120 without
 * @throws DeadlineExceededError FC-CLM-006 when one is held up, as a claim that a pod uses, with what holds it
 */
export async function deleteServiceVolume(
  operation: Operation,
  request: Pick<VolumeRequest, 'service' | 'memberName' | 'journal'>,
  { waitSeconds = 120 }: { readonly waitSeconds?: number } = {},
): Promise<Change[]> {
  const named = namedVolume(request);
  const { service, memberName: member } = request;
  const { namespace } = operation.settings;
  const refs = [
    { kind: kinds.PersistentVolumeClaim, namespace, name: volumeClaimName(service, named) },
    { kind: kinds.PersistentVolume, name: persistentVolumeName(service, named) },
  ];
  const owner = { service, serviceUuid: undefined };
  return await step(operation, { step: `delete ${named.kind} volume`, member }, () =>
    deleteObjects(operation, refs, owner, { waitSeconds }),
  );
}
