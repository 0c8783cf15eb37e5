import { FirecampError, RequestFailedError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { kinds, refOf } from '../objects/kinds.ts';
import { kubeRetried, named, readObject } from '../objects/kube-calls.ts';
import { isInstalled } from '../objects/object-owner.ts';
import { type Change, type Operation, step } from '../operation.ts';
import type { OperationResult } from '../service-operations.ts';
import { installObjects } from './install-objects.ts';
import { inhabitants, servicesOf } from './namespace-content.ts';

/**
 * Takes away what `install` made, and nothing else: bindings, roles, service accounts, and the namespace when nothing of anybody is left in it.
 * Repeated it goes on; what is absent is left out of the answer.
 *
 * @throws FirecampError FC-SVC-010 while there are services in the namespace; nothing is deleted then
 */
export async function uninstall(operation: Operation): Promise<OperationResult> {
  const { namespace } = operation.settings;
  const services = await servicesOf(operation);
  if (services.length > 0) {
    const message = `Namespace ${namespace} has services of FireCamp: ${services.join(', ')}. Nothing was deleted.`;
    throw new FirecampError('FC-SVC-010', message, { fields: { namespace, services } });
  }
  return await step(operation, { step: 'delete Kubernetes objects' }, async () => {
    const changes: Change[] = [];
    for (const ref of installedRefs(namespace)) changes.push(...(await deleteInstalled(operation, ref)));
    return { changes: [...changes, ...(await deleteNamespace(operation, namespace))] };
  });
}

/** All that an installation of either kind may have made in the namespace and for it; bindings before what they bind. */
function installedRefs(namespace: string): ObjectRef[] {
  const both = (['clouddb', 'k8sdb'] as const).flatMap((dbType) =>
    installObjects({ namespace, dbType, memberRoleArn: undefined, managerRoleArn: undefined }),
  );
  const refs = new Map(both.map((object) => [`${object.kind} ${object.metadata.name}`, refOf(object)]));
  return [...refs.values()].filter(({ kind }) => kind !== kinds.Namespace).reverse();
}

async function deleteNamespace(operation: Operation, name: string): Promise<Change[]> {
  const ref = { kind: kinds.Namespace, name };
  const live = await readObject(operation, ref);
  if (live === undefined || !isInstalled(live)) return [];
  const left = await inhabitants(operation);
  if (left.length === 0) return await deleteInstalled(operation, ref);
  const detail = `it has ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}`;
  return [{ action: 'keep', kind: 'Namespace', name, detail }];
}

async function deleteInstalled(operation: Operation, ref: ObjectRef): Promise<Change[]> {
  const about = { kind: ref.kind.kind, name: ref.name };
  return await kubeRetried(operation, async ({ signal }) => {
    const live: LiveObject | undefined = await readObject(operation, ref);
    if (live === undefined) return [];
    if (!isInstalled(live)) return [{ action: 'keep', ...about, detail: 'it is not of the installation' }];
    const change: Change = { action: 'delete', ...about };
    if (operation.dryRun === 'client') return [change];
    const { uid } = live.metadata;
    const options = { signal, propagationPolicy: 'Background', uid, dryRun: operation.dryRun === 'server' } as const;
    if ((await operation.ports.kube.delete(ref, options)) !== 'changed') return [change];
    const message = `${named(ref)} was replaced while it was being deleted.`;
    throw new RequestFailedError('FC-K8S-001', message, { effect: 'none', transient: true });
  });
}
