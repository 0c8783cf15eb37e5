import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import { podSelector } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';

/**
 * The StatefulSet of a service.
 * @throws FirecampError FC-SVC-002 when there is none, FC-K8S-005 when the one of this name selects pods that are no service's
 */
export async function serviceSet({ ports, settings, signal }: Operation, name: string): Promise<LiveObject> {
  const { namespace } = settings;
  const set = await ports.kube.get({ kind: kinds.StatefulSet, namespace, name }, { signal });
  if (set === 'absent') {
    const message = `There is no StatefulSet ${name} in namespace ${namespace}, so the service ${name} has no members to restart.`;
    throw new FirecampError('FC-SVC-002', message, { fields: { service: name, namespace } });
  }
  const labels = Object.entries(podSelector({ name }).matchLabels);
  if (labels.every(([key, value]) => textAt(set, 'spec', 'selector', 'matchLabels', key) === value)) return set;
  const message = `StatefulSet ${name} in namespace ${namespace} is not firecamp's: its selector lacks ${labels.map((label) => label.join('=')).join(', ')}.`;
  throw new FirecampError('FC-K8S-005', message, { fields: { service: name, namespace } });
}
