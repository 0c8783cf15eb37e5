import type { ObjectRef } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { textAt } from '../definition/field-reader.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { kinds, refOf } from '../objects/kinds.ts';
import { readObject, requestsAtOnce } from '../objects/kube-calls.ts';
import { updateObject } from '../objects/update-object.ts';
import type { Operation } from '../operation.ts';
import { mendedBinding } from './claim-binding.ts';

/**
 * Lets the volumes among these objects, and the claims that they are for, find each other again after one of the two was deleted. Absent
 * volumes are left out. To be called with volumes that are the service's own.
 *
 * @returns the names of the volumes that were changed
 */
export async function mendBindings(operation: Operation, objects: readonly KubeObject[]): Promise<string[]> {
  const volumes = objects.filter(({ kind }) => kind === 'PersistentVolume');
  const changed = await bounded(operation.signal, volumes, requestsAtOnce, async (volume, signal) =>
    mendOne({ ...operation, signal }, volume),
  );
  return changed.flat();
}

async function mendOne(operation: Operation, volume: KubeObject): Promise<string[]> {
  const name = textAt(volume, 'spec', 'claimRef', 'name');
  const namespace = textAt(volume, 'spec', 'claimRef', 'namespace');
  if (name === undefined || namespace === undefined) return [];
  const claimRef: ObjectRef = { kind: kinds.PersistentVolumeClaim, namespace, name };
  const claim = await readObject(operation, claimRef);
  const updated = await updateObject(operation, refOf(volume), (live) => mendedBinding(live, claim));
  return updated === undefined || updated.before === updated.after ? [] : [volume.metadata.name];
}
