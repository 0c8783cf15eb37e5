import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Operation } from '../operation.ts';
import { refOf } from './kinds.ts';
import { named } from './kube-calls.ts';
import { isLeftToInstallation, isShared, type ObjectOwner, strangeness } from './object-owner.ts';
import { readObjects } from './read-objects.ts';

/** A wanted object and what is there by its name. */
export interface Seen {
  readonly wanted: KubeObject;
  readonly ref: ObjectRef;
  readonly live: LiveObject | undefined;
}

/**
 * Reads what is there of all these objects, side by side; where a service has many of a kind, as volumes and claims, by one list.
 *
 * @throws FirecampError FC-K8S-005 that lists every one of them that is not the owner's
 */
export async function lookAtObjects(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  objects: readonly KubeObject[],
  owner: ObjectOwner,
): Promise<Seen[]> {
  const refs = objects.map(refOf);
  const lives = await readObjects(operation, refs);
  const seen = objects.map((wanted, index): Seen => ({ wanted, ref: refOf(wanted), live: lives[index] }));
  refuseForeign(operation, seen, owner);
  return seen;
}

/** @throws FirecampError FC-K8S-005 that lists every one of them that is not the owner's */
export function refuseForeign(
  { settings }: Pick<Operation, 'settings'>,
  seen: readonly Seen[],
  owner: ObjectOwner,
): void {
  const foreign = seen.flatMap(({ wanted, ref, live }) => {
    const why =
      live && !isLeftToInstallation(wanted, live) ? strangeness(live, owner, settings, isShared(wanted)) : undefined;
    return why === undefined ? [] : [`${named(ref)} ${why}`];
  });
  if (foreign.length === 0) return;
  const what = foreign.length === 1 ? 'an object' : `${foreign.length} objects`;
  const whose = owner.called ?? `service ${owner.service}`;
  const message = `The ${whose} in namespace ${settings.namespace} would overwrite ${what} of somebody else: ${foreign.join('; ')}.`;
  throw new FirecampError('FC-K8S-005', message, {
    fields: { service: owner.service, namespace: settings.namespace, objects: foreign },
  });
}
