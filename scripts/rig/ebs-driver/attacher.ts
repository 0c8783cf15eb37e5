import type { Ec2State } from '../../../test/cloud/ec2/ec2-state.ts';
import { attachVolume, detachVolume } from '../../../test/cloud/ec2/volume-attachments.ts';
import type { KubeApi } from '../kube-api.ts';
import {
  type AttachmentStatus,
  type CsiNode,
  kept,
  mayGo,
  nextStep,
  nodeIdOf,
  type PersistentVolume,
  released,
  type VolumeAttachment,
} from './attachment-objects.ts';

const storage = '/apis/storage.k8s.io/v1';
const attachments = `${storage}/volumeattachments`;
const volumes = '/api/v1/persistentvolumes';

/** What the attacher works with. */
export interface AttacherParts {
  readonly api: Pick<KubeApi, 'admin'>;
  readonly ec2: Ec2State;
  /** Told of each volume that was attached or detached, and of each new trouble. */
  readonly log: (line: string) => void;
}

/**
 * Does what the VolumeAttachments of the driver ask for, as kubernetes-csi/external-attacher does (pkg/controller/csi_handler.go), with
 * EC2 in the place of the driver's controller service. What fails is told in the object's status and tried again at the next call.
 *
 * @throws Error when the objects cannot be listed.
 */
export async function syncAttachments(parts: AttacherParts): Promise<void> {
  const { items } = (await parts.api.admin('GET', attachments)) as { items: VolumeAttachment[] };
  for (const one of items) {
    const step = nextStep(one);
    if (step !== 'nothing') await tell(parts, one, step, step === 'attach' ? attach(parts, one) : detach(parts, one));
  }
  const { items: kept } = (await parts.api.admin('GET', volumes)) as { items: PersistentVolume[] };
  for (const volume of kept) if (mayGo(volume, items)) await put(parts, volumes, released(volume));
}

async function attach(parts: AttacherParts, attachment: VolumeAttachment): Promise<void> {
  const volume = await volumeOf(parts, attachment);
  const { name, deletionTimestamp } = volume.metadata;
  if (deletionTimestamp !== undefined) throw new Error(`PersistentVolume "${name}" is marked for deletion`);
  const instanceId = nodeIdOf(await csiNode(parts, attachment));
  if (instanceId === undefined) throw new Error(`CSINode ${attachment.spec.nodeName} does not contain the driver`);
  // Before the volume is attached: what is not kept could go without having been detached.
  await put(parts, volumes, kept(volume), volume);
  const noted = await put(parts, attachments, kept(attachment, instanceId), attachment);
  const volumeId = volume.spec.csi?.volumeHandle ?? '';
  const { attachedTo, busy } = parts.ec2.volumes.get(volumeId) ?? {};
  // The last try may have come as far as this.
  if (attachedTo !== instanceId || busy) attachVolume(parts.ec2, volumeId, instanceId);
  await putStatus(parts, noted, { attached: true });
  parts.log(`attached ${volumeId} to ${instanceId} (${attachment.spec.nodeName})`);
}

async function detach(parts: AttacherParts, attachment: VolumeAttachment): Promise<void> {
  const volume = await volumeOf(parts, attachment);
  const instanceId = nodeIdOf(await csiNode(parts, attachment), attachment);
  if (instanceId === undefined) throw new Error(`nothing tells which instance ${attachment.spec.nodeName} is`);
  const volumeId = volume.spec.csi?.volumeHandle ?? '';
  // As the driver, which takes a volume that is gone, or not attached there, for detached.
  if (parts.ec2.volumes.get(volumeId)?.attachedTo === instanceId) {
    if (detachVolume(parts.ec2, volumeId, instanceId) === 'busy') {
      throw new Error(`${volumeId} is busy: ${instanceId} has it mounted`);
    }
  }
  const detached = attachment.status?.attached ? await putStatus(parts, attachment, { attached: false }) : attachment;
  await put(parts, attachments, released(detached));
  parts.log(`detached ${volumeId} from ${instanceId} (${attachment.spec.nodeName})`);
}

/** Says in the object's status why a step failed, once for each reason. */
async function tell(
  parts: AttacherParts,
  attachment: VolumeAttachment,
  step: 'attach' | 'detach',
  done: Promise<void>,
): Promise<void> {
  try {
    await done;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const said = `could not ${step}: ${code === undefined ? '' : `${code}: `}${message}`;
    const field = step === 'attach' ? 'attachError' : 'detachError';
    if (attachment.status?.[field]?.message === said) return;
    parts.log(`${attachment.metadata.name} on ${attachment.spec.nodeName}: ${said}`);
    const path = `${attachments}/${attachment.metadata.name}`;
    const now = (await parts.api.admin('GET', path)) as VolumeAttachment;
    const failed = { message: said, time: new Date().toISOString() };
    await putStatus(parts, now, { attached: false, ...now.status, [field]: failed });
  }
}

async function volumeOf({ api }: AttacherParts, { spec }: VolumeAttachment): Promise<PersistentVolume> {
  const name = spec.source.persistentVolumeName;
  if (name === undefined) throw new Error('it names no PersistentVolume');
  return (await api.admin('GET', `${volumes}/${name}`)) as PersistentVolume;
}

async function csiNode({ api }: AttacherParts, { spec }: VolumeAttachment): Promise<CsiNode | undefined> {
  try {
    return (await api.admin('GET', `${storage}/csinodes/${spec.nodeName}`)) as CsiNode;
  } catch (error) {
    if ((error as { status?: number }).status === 404) return undefined;
    throw error;
  }
}

/** Writes the object unless it is as it was; refused when somebody else wrote it since it was read. */
async function put<T extends PersistentVolume | VolumeAttachment>(
  { api }: AttacherParts,
  path: string,
  object: T,
  before?: T,
): Promise<T> {
  if (object === before) return object;
  return (await api.admin('PUT', `${path}/${object.metadata.name}`, object)) as T;
}

async function putStatus(
  { api }: AttacherParts,
  attachment: VolumeAttachment,
  status: AttachmentStatus,
): Promise<VolumeAttachment> {
  const path = `${attachments}/${attachment.metadata.name}/status`;
  return (await api.admin('PUT', path, { ...attachment, status })) as VolumeAttachment;
}
