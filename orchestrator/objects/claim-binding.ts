import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { has, textAt } from '../definition/field-reader.ts';

/** The controller sets it once claim and volume know each other; after that it never binds the claim anew. */
const bindCompleted = 'pv.kubernetes.io/bind-completed';

/**
 * The PersistentVolume as it must be so that this claim, or the next one of its name, gets it; undefined when it is so already. A volume
 * remembers its claim by UID. When the claim was deleted it is Released and no claim of the same name gets it; when the volume was deleted and
 * made again, a claim that was bound stays Lost unless the new one names its UID (Kubernetes, PersistentVolume controller,
 * `syncClaim` and `syncVolume`).
 */
export function mendedBinding(volume: LiveObject, claim: LiveObject | undefined): LiveObject | undefined {
  const bound = textAt(volume, 'spec', 'claimRef', 'uid');
  const wanted = uidFor(claim, bound);
  if (bound === wanted) return undefined;
  const { uid: _uid, resourceVersion: _version, ...claimRef } = fieldsOf(fieldsOf(volume['spec'])['claimRef']);
  const named = wanted === undefined ? claimRef : { ...claimRef, uid: wanted };
  return { ...volume, spec: { ...fieldsOf(volume['spec']), claimRef: named } };
}

/** Whether the controller once bound the claim, to the volume that it names. */
export function wasBound(claim: LiveObject): boolean {
  return has(claim, 'metadata', 'annotations', bindCompleted);
}

function uidFor(claim: LiveObject | undefined, bound: string | undefined): string | undefined {
  if (claim === undefined) return undefined;
  if (wasBound(claim)) return claim.metadata.uid;
  // The controller is at it.
  return bound === claim.metadata.uid ? bound : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
