import { attacherFinalizer, driverName } from './driver-name.ts';

/** The part of an object's metadata that the attacher reads and keeps. */
export interface Metadata {
  readonly name: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

/** What the attach-detach controller wishes, and what came of it (storage.k8s.io/v1). */
export interface VolumeAttachment {
  readonly metadata: Metadata;
  readonly spec: {
    readonly attacher: string;
    readonly nodeName: string;
    readonly source: { readonly persistentVolumeName?: string };
  };
  readonly status?: AttachmentStatus;
}

export interface AttachmentStatus {
  readonly attached: boolean;
  readonly attachError?: { readonly message: string; readonly time: string };
  readonly detachError?: { readonly message: string; readonly time: string };
}

export interface PersistentVolume {
  readonly metadata: Metadata;
  readonly spec: { readonly csi?: { readonly driver: string; readonly volumeHandle: string } };
}

/** What a node's kubelet said of the drivers on it. */
export interface CsiNode {
  readonly spec: { readonly drivers: readonly { readonly name: string; readonly nodeID: string }[] | null };
}

/** Where the attacher notes the node's id, for a node that is gone when the volume is to be detached. */
const nodeIdAnnotation = 'csi.alpha.kubernetes.io/node-id';

/** What is to be done about a VolumeAttachment. */
export function nextStep({ metadata, spec, status }: VolumeAttachment): 'attach' | 'detach' | 'nothing' {
  if (spec.attacher !== driverName) return 'nothing';
  if (metadata.deletionTimestamp === undefined) return status?.attached ? 'nothing' : 'attach';
  return metadata.finalizers?.includes(attacherFinalizer) ? 'detach' : 'nothing';
}

/** Whether a PersistentVolume that is to go was kept by the attacher, and no attachment needs it any more. */
export function mayGo({ metadata }: PersistentVolume, attachments: readonly VolumeAttachment[]): boolean {
  const kept = metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(attacherFinalizer) === true;
  return kept && !attachments.some(({ spec }) => spec.source.persistentVolumeName === metadata.name);
}

/** The object as the attacher keeps it, or as it was where it is kept already. */
export function kept<T extends { readonly metadata: Metadata }>(object: T, nodeId?: string): T {
  const { finalizers = [], annotations = {} } = object.metadata;
  const noted = nodeId === undefined || annotations[nodeIdAnnotation] === nodeId;
  if (noted && finalizers.includes(attacherFinalizer)) return object;
  const metadata = {
    ...object.metadata,
    finalizers: [...finalizers.filter((one) => one !== attacherFinalizer), attacherFinalizer],
    ...(nodeId !== undefined && { annotations: { ...annotations, [nodeIdAnnotation]: nodeId } }),
  };
  return { ...object, metadata };
}

/** The object as the attacher lets it go. */
export function released<T extends { readonly metadata: Metadata }>(object: T): T {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== attacherFinalizer);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** The instance of the node: as its kubelet says, else as it was when the volume was attached. */
export function nodeIdOf(node: CsiNode | undefined, attachment?: VolumeAttachment): string | undefined {
  const told = node?.spec.drivers?.find(({ name }) => name === driverName)?.nodeID;
  return told ?? attachment?.metadata.annotations?.[nodeIdAnnotation];
}
