/** Name of the Amazon EBS CSI driver, in whose place this one stands. */
export const driverName = 'ebs.csi.aws.com';

/** Keeps VolumeAttachments and PersistentVolumes until their volume is detached (kubernetes-csi/external-attacher, GetFinalizerName). */
export const attacherFinalizer = 'external-attacher/ebs-csi-aws-com';
