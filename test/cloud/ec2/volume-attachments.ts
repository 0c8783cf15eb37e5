import { Ec2Error, notFound } from './ec2-error.ts';
import type { Ec2Resources } from './ec2-resources.ts';
import type { Volume } from './model.ts';

type Account = Pick<Ec2Resources, 'volumes' | 'instances'>;

/**
 * What AttachVolume does, at once.
 *
 * @throws Ec2Error when the volume is attached already, to whomever, or is not in the instance's zone, or the instance does not run:
 * "The volume and instance must be within the same Availability Zone", "a running or stopped instance" (EC2 API reference,
 * AttachVolume; the codes are of its "Error codes").
 */
export function attachVolume(account: Account, volumeId: string, instanceId: string): void {
  const volume = volumeNamed(account, volumeId);
  const instance = account.instances.get(instanceId);
  if (!instance) throw notFound('InvalidInstanceID', 'instance', instanceId);
  if (volume.attachedTo !== undefined) {
    throw new Ec2Error('VolumeInUse', `${volumeId} is already attached to an instance`);
  }
  if (instance.state !== 'running') {
    throw new Ec2Error('IncorrectState', `Instance '${instanceId}' is not 'running'.`);
  }
  if (instance.zone !== volume.zone) {
    const message = `The volume '${volumeId}' is not in the same availability zone as instance '${instanceId}'`;
    throw new Ec2Error('InvalidVolume.ZoneMismatch', message);
  }
  volume.attachedTo = instanceId;
}

/**
 * What DetachVolume does without Force. Of a volume that is mounted: it is stuck "in the busy state while detaching", "delayed
 * indefinitely until you unmount the volume, force detachment, reboot the instance" (EC2 API reference, DetachVolume).
 *
 * @throws Ec2Error when the volume is not attached to that instance.
 */
export function detachVolume(account: Account, volumeId: string, instanceId: string): 'detached' | 'busy' {
  const volume = volumeNamed(account, volumeId);
  if (volume.attachedTo === undefined) {
    throw new Ec2Error('IncorrectState', `Volume '${volumeId}' is in the 'available' state.`);
  }
  if (volume.attachedTo !== instanceId) {
    const message = `The volume '${volumeId}' is not attached to instance '${instanceId}'`;
    throw new Ec2Error('InvalidAttachment.NotFound', message);
  }
  if (volume.mounted) volume.busy = true;
  else letGo(volume);
  return volume.busy ? 'busy' : 'detached';
}

/** The instance unmounted the volume, or went down with it mounted; a detachment that waited for it is done now. */
export function unmounted(volume: Volume): void {
  volume.mounted = false;
  if (volume.busy) letGo(volume);
}

/** The volume is attached to nothing any more. */
export function letGo(volume: Volume): void {
  volume.attachedTo = undefined;
  volume.mounted = false;
  volume.busy = false;
}

/** @throws Ec2Error when there is no such volume. */
export function volumeNamed({ volumes }: Pick<Account, 'volumes'>, id: string): Volume {
  const volume = volumes.get(id);
  if (!volume) throw new Ec2Error('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
  return volume;
}
