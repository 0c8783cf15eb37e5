import type { VolumeDefinition } from '../definition/service-definition.ts';
import { storageQuantity } from './quantity.ts';

/** The spec of a claim of a member's volume, by the StatefulSet's template or for a volume that is there. */
export function volumeClaimSpec(volume: Pick<VolumeDefinition, 'sizeGb'>, storageClassName: string) {
  return {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: storageQuantity(volume.sizeGb) } },
    storageClassName,
    volumeMode: 'Filesystem',
  };
}
