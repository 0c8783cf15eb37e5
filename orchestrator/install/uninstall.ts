import { FirecampError } from '../../common/domain/errors.ts';
import { kinds } from '../objects/kinds.ts';
import { readObject } from '../objects/kube-calls.ts';
import { isInstalled } from '../objects/object-owner.ts';
import { type Change, type Operation, step } from '../operation.ts';
import type { OperationResult } from '../service-operations.ts';
import { deleteInstalled } from './delete-installed.ts';
import { installedObjects } from './installed-objects.ts';
import { inhabitants, servicesOf } from './namespace-content.ts';

/**
 * Takes away what `install` of this release or another made, and nothing else: bindings, roles, service accounts, and the namespace when
 * nothing of anybody is left in it. Repeated it goes on; what is absent is left out of the answer.
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
    for (const { ref } of await installedObjects(operation)) changes.push(...(await deleteInstalled(operation, ref)));
    return { changes: [...changes, ...(await deleteNamespace(operation, namespace))] };
  });
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
