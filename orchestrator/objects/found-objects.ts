import type { LiveObject, ObjectRef, ObjectScope } from '../../common/ports/kube-objects.ts';
import { labelsOf } from './object-owner.ts';

/** An object that was found, and where. */
export interface FoundObject {
  readonly ref: ObjectRef;
  readonly live: LiveObject;
}

/** Where a watch of these objects, all of one kind and place, looks: one by its name, many by the service that they have in common. */
export function commonScope(group: readonly FoundObject[], first: FoundObject): ObjectScope {
  const within = first.ref.namespace === undefined ? {} : { namespace: first.ref.namespace };
  if (group.length === 1) return { ...within, fieldSelector: `metadata.name=${first.ref.name}` };
  const services = new Set(group.map(({ live }) => labelsOf(live)['firecamp-servicename']));
  const [service] = services;
  const common = services.size === 1 && typeof service === 'string';
  return common ? { ...within, labelSelector: `firecamp-servicename=${service}` } : within;
}
