import type { LiveObject, ObjectKind, ObjectRef } from '../../common/ports/kube-objects.ts';
import { together } from '../../common/runtime/together.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried } from '../objects/kube-calls.ts';
import { labelsOf } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';

interface Listing {
  readonly kind: ObjectKind;
  /** Label that names the service. */
  readonly by: 'firecamp-servicename' | 'firecamp-taskservice';
  readonly clusterScoped?: boolean;
}

/** In the order in which they are deleted: what runs, what stands for it, its volumes' claims before the volumes. */
const listings: readonly Listing[] = [
  { kind: kinds.Job, by: 'firecamp-taskservice' },
  { kind: kinds.StatefulSet, by: 'firecamp-servicename' },
  { kind: kinds.Deployment, by: 'firecamp-servicename' },
  { kind: kinds.PodDisruptionBudget, by: 'firecamp-servicename' },
  { kind: kinds.EndpointSlice, by: 'firecamp-servicename' },
  { kind: kinds.Service, by: 'firecamp-servicename' },
  { kind: kinds.PersistentVolumeClaim, by: 'firecamp-servicename' },
  { kind: kinds.PersistentVolume, by: 'firecamp-servicename', clusterScoped: true },
  { kind: kinds.StorageClass, by: 'firecamp-servicename', clusterScoped: true },
];

/**
 * The objects that carry firecamp's labels with this service's name, in the order in which they are to be deleted; found by their labels, as
 * the definition that they were made from may be gone. One list a kind, side by side. What another object owns is left out: it goes with it.
 */
export async function serviceObjects(operation: Operation, service: string): Promise<ObjectRef[]> {
  const found = await together(
    operation.signal,
    listings.map((listing) => (signal: AbortSignal) => list({ ...operation, signal }, listing, service)),
  );
  return found.flat();
}

async function list(
  operation: Operation,
  { kind, by, clusterScoped = false }: Listing,
  service: string,
): Promise<ObjectRef[]> {
  const { namespace } = operation.settings;
  const place = clusterScoped ? [`firecamp-namespace=${namespace}`] : [];
  const labelSelector = [`app.kubernetes.io/managed-by=firecamp`, `${by}=${service}`, ...place].join(',');
  const scope = clusterScoped ? { labelSelector } : { namespace, labelSelector };
  const { items } = await kubeRetried(operation, ({ signal }) => operation.ports.kube.list(kind, scope, { signal }));
  return items.filter(standsAlone).map(({ metadata: { name } }) => ({
    kind,
    name,
    ...(!clusterScoped && { namespace }),
  }));
}

/** Kubernetes copies a Service's labels to the EndpointSlices that it makes of it. */
function standsAlone(live: LiveObject): boolean {
  const { ownerReferences } = live.metadata;
  if (Array.isArray(ownerReferences) && ownerReferences.length > 0) return false;
  const slicesManager = labelsOf(live)['endpointslice.kubernetes.io/managed-by'];
  return slicesManager === undefined || slicesManager === 'firecamp';
}
