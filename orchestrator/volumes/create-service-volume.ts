import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import type { Volume } from '../../common/ports/volumes.ts';
import { together } from '../../common/runtime/together.ts';
import { textAt } from '../definition/field-reader.ts';
import {
  type MemberVolume,
  memberPersistentVolume,
  memberVolumeClaim,
  persistentVolumeName,
  volumeClaimName,
} from '../manifests/member-volume.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { awaitGone } from '../objects/await-gone.ts';
import { kinds, refOf } from '../objects/kinds.ts';
import { readObject } from '../objects/kube-calls.ts';
import { mendBindings } from '../objects/mend-bindings.ts';
import { strangeness } from '../objects/object-owner.ts';
import { type Operation, step } from '../operation.ts';
import { findService } from '../records/service-view.ts';
import type { VolumeRequest } from '../service-operations.ts';
import { gibOf } from './storage-size.ts';
import { type NamedVolume, namedVolume } from './volume-request.ts';

/** The EBS volume is created or attached, or will be soon (EC2 API reference, Volume, "State"). */
const usable = ['creating', 'available', 'in-use'];

/** Time that a claim which is being deleted may take to be gone. */
const goneSeconds = 120;

/**
 * Makes PersistentVolume and claim of an EBS volume that is there, in the zone that EC2 says, so that the member's pod gets it. What exists is
 * accepted; a claim whose PersistentVolume was deleted, and a PersistentVolume whose claim was, are mended. Nothing of the EBS volume changes.
 *
 * @returns the volume's id, or where the member's PersistentVolume holds another one already, that one's; nothing is changed then
 * @throws FirecampError FC-VOL-001 all that is wrong with the volume or the claim, FC-K8S-005 an object of somebody else
 */
export async function createServiceVolume(operation: Operation, request: VolumeRequest): Promise<string> {
  const named = namedVolume(request);
  const { service, memberName: member } = request;
  return await step(operation, { step: `${named.kind} volume`, member }, async () => {
    const seen = await look(operation, request, named);
    refuseForeign(operation, seen.persistentVolume, service);
    const held = textAt(seen.persistentVolume, 'spec', 'csi', 'volumeHandle');
    if (held !== undefined && held !== request.volumeId) return held;
    const { zone } = checked(request, named, seen);
    await make(
      operation,
      { ...named, volumeId: request.volumeId, sizeGb: request.sizeGb, zone, subnet: undefined },
      seen,
      service,
    );
    return request.volumeId;
  });
}

interface Seen {
  readonly volume: Volume | undefined;
  readonly serviceUuid: string | undefined;
  readonly persistentVolume: LiveObject | undefined;
  readonly claim: LiveObject | undefined;
}

async function look(operation: Operation, { service, volumeId }: VolumeRequest, named: NamedVolume): Promise<Seen> {
  const { ports, settings } = operation;
  const claimRef = {
    kind: kinds.PersistentVolumeClaim,
    namespace: settings.namespace,
    name: volumeClaimName(service, named),
  };
  const volumeRef = { kind: kinds.PersistentVolume, name: persistentVolumeName(service, named) };
  const [volumes, view, persistentVolume, claim] = await together(operation.signal, [
    (signal) => ports.volumes.describe([volumeId], { signal }),
    (signal) => findService({ ports, settings, signal }, service),
    (signal) => readObject({ ports, signal }, volumeRef),
    (signal) => readObject({ ports, signal }, claimRef),
  ]);
  return { volume: volumes[0], serviceUuid: view?.service.record.serviceUuid, persistentVolume, claim };
}

function refuseForeign({ settings }: Operation, live: LiveObject | undefined, service: string): void {
  const why = live && strangeness(live, { service, serviceUuid: undefined }, settings, false);
  if (live === undefined || why === undefined) return;
  const message = `PersistentVolume ${live.metadata.name} ${why}; nothing was changed.`;
  throw new FirecampError('FC-K8S-005', message, { fields: { service, objects: [live.metadata.name] } });
}

/** The EBS volume, when it and the claim can be used. @throws FirecampError FC-VOL-001 with everything that is wrong */
function checked({ service, memberName, volumeId, sizeGb }: VolumeRequest, named: NamedVolume, seen: Seen): Volume {
  const { volume, persistentVolume, claim } = seen;
  const capacity = gibOf(textAt(persistentVolume, 'spec', 'capacity', 'storage'));
  const bound = textAt(claim, 'spec', 'volumeName');
  const wanted = persistentVolumeName(service, named);
  const faults = [
    ...(volume === undefined ? [`${volumeId} does not exist`] : []),
    ...(volume && !usable.includes(volume.state) ? [`${volumeId} is in the state ${volume.state}`] : []),
    ...(volume && volume.sizeGb < sizeGb ? [`${volumeId} has ${volume.sizeGb} GiB, and ${sizeGb} are asked for`] : []),
    ...(capacity !== undefined && capacity < sizeGb
      ? [`PersistentVolume ${wanted} of ${volumeId} says ${capacity} GiB, and ${sizeGb} are asked for`]
      : []),
    ...(bound !== undefined && bound !== '' && bound !== wanted
      ? [`PersistentVolumeClaim ${claim?.metadata.name} is for PersistentVolume ${bound}, not ${wanted}`]
      : []),
  ];
  if (volume !== undefined && faults.length === 0) return volume;
  const message = `The ${named.kind} volume of ${memberName} cannot be used: ${faults.join('; ')}.`;
  throw new FirecampError('FC-VOL-001', message, { fields: { service, member: memberName, volumeId, faults } });
}

async function make(operation: Operation, volume: MemberVolume, seen: Seen, name: string): Promise<void> {
  const { cluster, namespace } = operation.settings;
  const service = { name, cluster, namespace };
  const owner = { service: name, serviceUuid: seen.serviceUuid };
  const persistentVolume = memberPersistentVolume(service, owner, volume);
  const claim = memberVolumeClaim(service, owner, volume);
  if (seen.persistentVolume === undefined) {
    await applyObjects(operation, [persistentVolume, claim], owner);
    return;
  }
  // One that is there is left as it is: where it can be used may say more than the zone, and can never be changed.
  const claimSeen = { wanted: claim, ref: refOf(claim), live: await lasting(operation, refOf(claim), seen.claim) };
  const volumeSeen = { wanted: persistentVolume, ref: refOf(persistentVolume), live: seen.persistentVolume };
  await mendBindings(operation, [volumeSeen, claimSeen]);
  if (claimSeen.live === undefined) await applyObjects(operation, [claim], owner);
}

/** The claim, unless it is on its way out: until it is gone it keeps its volume. */
async function lasting(
  operation: Operation,
  ref: ObjectRef,
  live: LiveObject | undefined,
): Promise<LiveObject | undefined> {
  if (live?.metadata['deletionTimestamp'] === undefined) return live;
  if (operation.dryRun === 'none') await awaitGone(operation, [{ ref, live }], goneSeconds);
  return undefined;
}
