import { RequestFailedError } from '../../common/domain/errors.ts';
import { memberAccess } from '../manifests/member-access.ts';
import { kinds, refOf } from '../objects/kinds.ts';
import { kubeRetried, named } from '../objects/kube-calls.ts';
import { isInstalled, labelsOf, strangeness } from '../objects/object-owner.ts';
import type { Change, Operation } from '../operation.ts';
import type { OtherService } from './other-services.ts';

/** What runs with the shared service account. */
const users = [kinds.StatefulSet, kinds.Deployment, kinds.Job];

/**
 * Deletes the service account, roles and bindings that the services of the namespace share, when this was the last of them. A service
 * whose creation has only begun counts: its record is there before it needs them. What `firecamp install` made stays.
 */
export async function deleteSharedAccess(
  operation: Operation,
  service: string,
  others: readonly OtherService[],
): Promise<Change[]> {
  const { namespace, dbType } = operation.settings;
  // ConfigMaps lie in the namespace of their service; in DynamoDB only the attributes tell it.
  const inNamespace = others.filter(({ attr }) => dbType === 'k8sdb' || (attr?.namespace ?? namespace) === namespace);
  if (inNamespace.length > 0 || (await isUsed(operation, service))) return [];
  const objects = (['clouddb', 'k8sdb'] as const).flatMap((db) => memberAccess({ namespace, dbType: db }));
  const refs = new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, refOf(object)]));
  const changes: Change[] = [];
  // The binding before the role and the account that it is about.
  for (const ref of [...refs.values()].reverse()) changes.push(...(await deleteOne(operation, service, ref)));
  return changes;
}

/** Whether objects of another service are there although its records are not, or not here. */
async function isUsed(operation: Operation, service: string): Promise<boolean> {
  const { namespace } = operation.settings;
  const scope = { namespace, labelSelector: 'app.kubernetes.io/managed-by=firecamp' };
  for (const kind of users) {
    const { items } = await kubeRetried(operation, ({ signal }) => operation.ports.kube.list(kind, scope, { signal }));
    const others = items.filter((live) => {
      const labels = labelsOf(live);
      return (labels['firecamp-servicename'] ?? labels['firecamp-taskservice']) !== service;
    });
    if (others.length > 0) return true;
  }
  return false;
}

async function deleteOne(operation: Operation, service: string, ref: ReturnType<typeof refOf>): Promise<Change[]> {
  const { kube } = operation.ports;
  return await kubeRetried(operation, async ({ signal }) => {
    const live = await kube.get(ref, { signal });
    if (live === 'absent') return [];
    const owner = { service, serviceUuid: undefined };
    if (isInstalled(live) || strangeness(live, owner, operation.settings, true) !== undefined) return [];
    const change: Change = {
      action: 'delete',
      kind: ref.kind.kind,
      name: ref.name,
      detail: 'no service of the namespace is left',
    };
    if (operation.dryRun === 'client') return [change];
    const options = { signal, propagationPolicy: 'Background', dryRun: operation.dryRun === 'server' } as const;
    const { uid } = live.metadata;
    if ((await kube.delete(ref, { ...options, uid })) !== 'changed') return [change];
    const message = `${named(ref)} was replaced while it was being deleted.`;
    throw new RequestFailedError('FC-K8S-001', message, { effect: 'none', transient: true });
  });
}
