import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, textAt } from '../definition/field-reader.ts';

/** Where a pod is and what keeps it, for the person who waits for its end. */
export function podPlace(pod: LiveObject): string {
  const node = textAt(pod, 'spec', 'nodeName') ?? 'no node';
  const ends = textAt(pod, 'metadata', 'deletionTimestamp');
  const finalizers = listAt(pod, 'metadata', 'finalizers').map(String);
  // A pod's deletionTimestamp is when its grace is over (Kubernetes API, ObjectMeta).
  const when = ends === undefined ? 'not being deleted' : `its grace ends ${ends}`;
  const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`;
  return `${pod.metadata.name} on ${node} (${when}${held})`;
}
