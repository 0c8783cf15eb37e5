import { FirecampError } from '../../common/domain/errors.ts';
import { together } from '../../common/runtime/together.ts';
import type { FoundObject } from '../objects/found-objects.ts';
import { kinds } from '../objects/kinds.ts';
import { named, readObject } from '../objects/kube-calls.ts';
import { strangeness } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';

/**
 * The StatefulSet of a service, or of a stateless one its Deployment; undefined when there is neither.
 *
 * @throws FirecampError FC-K8S-005 when the one of this name is not this service's
 */
export async function findWorkload(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  service: string,
): Promise<FoundObject | undefined> {
  const [set, deployment] = await together(operation.signal, [
    (signal) => findOwn({ ...operation, signal }, 'StatefulSet', service),
    (signal) => findOwn({ ...operation, signal }, 'Deployment', service),
  ]);
  return set ?? deployment;
}

/** As `findWorkload`, of one kind. */
export async function findOwn(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  kind: 'StatefulSet' | 'Deployment',
  service: string,
): Promise<FoundObject | undefined> {
  const { settings } = operation;
  const ref = { kind: kinds[kind], namespace: settings.namespace, name: service };
  const live = await readObject(operation, ref);
  if (live === undefined) return undefined;
  refuseStrange(operation, { ref, live }, service);
  return { ref, live };
}

/** @throws FirecampError FC-K8S-005 when the object is not this service's */
export function refuseStrange(
  { settings }: Pick<Operation, 'settings'>,
  { ref, live }: FoundObject,
  service: string,
): void {
  const why = strangeness(live, { service, serviceUuid: undefined }, settings, false);
  if (why === undefined) return;
  const message = `${named(ref)} in namespace ${settings.namespace} ${why}; it was not touched.`;
  throw new FirecampError('FC-K8S-005', message, { fields: { service, namespace: settings.namespace } });
}
