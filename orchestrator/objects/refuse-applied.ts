import { FirecampError } from '../../common/domain/errors.ts';
import type { Operation } from '../operation.ts';
import type { Applied } from './apply-one.ts';
import { type FieldDifference, inWords } from './field-differences.ts';
import { named } from './kube-calls.ts';
import type { Seen } from './look-at-objects.ts';
import type { ObjectOwner } from './object-owner.ts';

/** @throws FirecampError for all answers that are a refusal */
export function refuseApplied(
  { settings: { namespace } }: Pick<Operation, 'settings'>,
  tried: readonly (Seen & { readonly answer?: Applied })[],
  { service, called = `service ${service}` }: ObjectOwner,
): void {
  const words = (outcome: Applied['outcome']) =>
    tried.flatMap(({ ref, answer }) =>
      answer && answer.outcome === outcome && 'words' in answer ? [`${named(ref)}: ${answer.words}`] : [],
    );
  const rejected = words('rejected');
  if (rejected.length > 0) {
    const message = `The API server does not take the objects of the ${called} in namespace ${namespace}: ${rejected.join('; ')}`;
    throw new FirecampError('FC-K8S-006', message, { fields: { service, namespace, objects: rejected } });
  }
  const conflicts = words('conflict');
  if (conflicts.length === 0) return;
  const message = `Somebody else has changed objects of the ${called} in namespace ${namespace}: ${conflicts.join('; ')}`;
  throw new FirecampError('FC-K8S-007', message, { fields: { service, namespace, objects: conflicts } });
}

/** @throws FirecampError FC-SVC-001 with every difference */
export function refuseDifferent(
  { settings: { namespace } }: Pick<Operation, 'settings'>,
  planned: readonly (Seen & { readonly differences: readonly FieldDifference[] })[],
  { service }: ObjectOwner,
): void {
  const different = planned
    .filter(({ differences }) => differences.length > 0)
    .map(({ ref, differences }) => `${named(ref)}: ${inWords(differences)}`);
  if (different.length === 0) return;
  const message = `The service ${service} in namespace ${namespace} is there and differs (what is there → what was asked for): ${different.join('; ')}.`;
  throw new FirecampError('FC-SVC-001', message, { fields: { service, namespace, objects: different } });
}
