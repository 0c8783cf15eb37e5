import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import { podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { readObject } from '../objects/kube-calls.ts';
import type { Operation } from '../operation.ts';

type Place = Pick<Operation, 'settings'>;

/**
 * The StatefulSet of a service. It is known by its pods' label, which FireCamp's have too.
 * @throws FirecampError FC-SVC-002 when there is none, FC-K8S-005 when the one of this name selects pods that are no service's
 */
export async function serviceSet(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  name: string,
): Promise<LiveObject> {
  const set = await readObject(operation, { kind: kinds.StatefulSet, namespace: operation.settings.namespace, name });
  if (set === undefined) throw noSuchSet(operation, name);
  refuseOtherSet(operation, set);
  return set;
}

/** FC-SVC-002 */
export function noSuchSet({ settings: { namespace } }: Place, service: string): FirecampError {
  const message = `There is no StatefulSet ${service} in namespace ${namespace}, so the service ${service} has no members to restart.`;
  return new FirecampError('FC-SVC-002', message, { fields: { service, namespace } });
}

/** @throws FirecampError FC-K8S-005 */
export function refuseOtherSet({ settings: { namespace } }: Place, set: LiveObject): void {
  const { name } = set.metadata;
  const labels = Object.entries(podSelector({ name }).matchLabels);
  if (labels.every(([key, value]) => textAt(set, 'spec', 'selector', 'matchLabels', key) === value)) return;
  const message = `StatefulSet ${name} in namespace ${namespace} is not firecamp's: its selector lacks ${labels.map((label) => label.join('=')).join(', ')}.`;
  throw new FirecampError('FC-K8S-005', message, { fields: { service: name, namespace } });
}
