import type { LiveObject, ObjectKind, ObjectRef } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried, requestsAtOnce } from '../objects/kube-calls.ts';
import { installedLabels } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';
import { ofNamespace } from './install-objects.ts';

/** An object that an installation has put there. */
export interface InstalledObject {
  readonly ref: ObjectRef;
  readonly live: LiveObject;
}

/**
 * What installations of this release or another have in the namespace, and for it: what runs before what it may do, bindings before what
 * they bind. The later kinds are in no installation yet; they are looked for so that a step back from a release that has them leaves nothing.
 */
const inNamespace: readonly ObjectKind[] = [
  kinds.Deployment,
  kinds.PodDisruptionBudget,
  kinds.Service,
  kinds.ConfigMap,
  kinds.RoleBinding,
  kinds.Role,
  kinds.ServiceAccount,
];

const inCluster: readonly ObjectKind[] = [kinds.ClusterRoleBinding, kinds.ClusterRole];

/**
 * Everything that `firecamp install` of any release has made for the namespace, by its labels and not by its name, in the order in which it
 * can be deleted; the namespace itself is not among it, nor what helm or somebody else manages.
 */
export async function installedObjects(operation: Pick<Operation, 'ports' | 'settings' | 'signal'>) {
  const { namespace } = operation.settings;
  const labels = Object.entries(installedLabels).map(([name, value]) => `${name}=${value}`);
  const scopes = [
    ...inCluster.map((kind) => ({ kind, labelSelector: [...labels, `${ofNamespace}=${namespace}`].join(',') })),
    ...inNamespace.map((kind) => ({ kind, namespace, labelSelector: labels.join(',') })),
  ];
  const lists = await bounded(operation.signal, scopes, requestsAtOnce, async ({ kind, ...scope }, signal) => {
    const { ports } = operation;
    const { items } = await kubeRetried({ ports, signal }, (options) => ports.kube.list(kind, scope, options));
    return items.map((live): InstalledObject => ({ ref: { kind, ...placeOf(live) }, live }));
  });
  return lists.flat();
}

function placeOf({ metadata: { name, namespace } }: LiveObject): Pick<ObjectRef, 'name' | 'namespace'> {
  return { name, ...(namespace !== undefined && { namespace }) };
}
