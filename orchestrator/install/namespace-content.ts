import type { LiveObject, ObjectKind, ObjectScope } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import { kubeRetried, requestsAtOnce } from '../objects/kube-calls.ts';
import { isInstalledByFirecamp } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';

const serviceLabel = 'firecamp-servicename';

/** Kinds that people keep in namespaces and that would go with one. Events and endpoints come and go by themselves. */
const kept: readonly ObjectKind[] = [
  kinds.ConfigMap,
  kinds.DaemonSet,
  kinds.Deployment,
  kinds.Job,
  kinds.PersistentVolumeClaim,
  kinds.Pod,
  kinds.PodDisruptionBudget,
  kinds.Role,
  kinds.RoleBinding,
  kinds.Secret,
  kinds.Service,
  kinds.ServiceAccount,
  kinds.StatefulSet,
];

/** What Kubernetes itself puts into every namespace. */
const everywhere: ReadonlySet<string> = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

/** Names of the services whose objects, or whose records as ConfigMaps, are in the namespace. */
export async function servicesOf(operation: Operation): Promise<string[]> {
  const found = await listAll(operation, [
    [kinds.StatefulSet, serviceLabel],
    [kinds.Deployment, serviceLabel],
    [kinds.Job, 'firecamp-taskservice'],
    [kinds.ConfigMap, 'firecamp=service'],
  ]);
  const names = found.map(
    ({ live }) =>
      textAt(live, 'metadata', 'labels', serviceLabel) ??
      textAt(live, 'metadata', 'labels', 'firecamp-taskservice') ??
      textAt(live, 'data', 'ServiceName') ??
      live.metadata.name,
  );
  return [...new Set(names)].sort();
}

/** What is in the namespace beside what `firecamp install` made there, as `ConfigMap settings`: an installation of helm's lives in it, too. */
export async function inhabitants(operation: Operation): Promise<string[]> {
  const found = await listAll(
    operation,
    kept.map((kind) => [kind, undefined]),
  );
  const others = found
    .filter(({ live }) => !isInstalledByFirecamp(live))
    .map(({ kind, live }) => `${kind.kind} ${live.metadata.name}`);
  return others.filter((name) => !everywhere.has(name));
}

async function listAll(
  operation: Operation,
  wanted: readonly (readonly [kind: ObjectKind, labelSelector: string | undefined])[],
): Promise<{ readonly kind: ObjectKind; readonly live: LiveObject }[]> {
  const { ports, settings, signal } = operation;
  const lists = await bounded(signal, wanted, requestsAtOnce, async ([kind, labelSelector], joined) => {
    const scope: ObjectScope = {
      namespace: settings.namespace,
      ...(labelSelector !== undefined && { labelSelector }),
    };
    const { items } = await kubeRetried({ ports, signal: joined }, (options) => ports.kube.list(kind, scope, options));
    return items.map((live) => ({ kind, live }));
  });
  return lists.flat();
}
