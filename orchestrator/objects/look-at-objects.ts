import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Operation } from '../operation.ts';
import { refOf } from './kinds.ts';
import { kubeRetried, named, readObject, requestsAtOnce } from './kube-calls.ts';
import { isShared, type ObjectOwner, strangeness } from './object-owner.ts';

/** A wanted object and what is there by its name. */
export interface Seen {
  readonly wanted: KubeObject;
  readonly ref: ObjectRef;
  readonly live: LiveObject | undefined;
}

/** From so many objects of a kind on, a list of all that are there costs less than asking for each: a page has 500. */
const listedFrom = 20;

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
  const wished = objects.map((wanted) => ({ wanted, ref: refOf(wanted) }));
  const lists = await listMany(
    operation,
    wished.map(({ ref }) => ref),
  );
  const seen = await bounded(operation.signal, wished, requestsAtOnce, async ({ wanted, ref }, signal) => {
    const list = lists.get(placeOf(ref));
    const live = list ? list.get(ref.name) : await readObject({ ports: operation.ports, signal }, ref);
    return { wanted, ref, live };
  });
  refuseForeign(operation, seen, owner);
  return seen;
}

/** By kind and namespace, for those of which many are wanted: all objects that are there, by name. Names alone say whose place is taken, so no label narrows the list. */
async function listMany(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  refs: readonly ObjectRef[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, LiveObject>>> {
  const many = [...Map.groupBy(refs, placeOf)].filter(([, some]) => some.length >= listedFrom);
  const lists = await bounded(signal, many, requestsAtOnce, async ([place, [one]], joined) => {
    if (one === undefined) return [place, new Map()] as const;
    const { kind, namespace } = one;
    const scope = namespace === undefined ? {} : { namespace };
    const { items } = await kubeRetried({ ports, signal: joined }, (options) => ports.kube.list(kind, scope, options));
    return [place, new Map(items.map((item) => [item.metadata.name, item]))] as const;
  });
  return new Map(lists);
}

function placeOf({ kind, namespace }: ObjectRef): string {
  return `${kind.plural}/${namespace ?? ''}`;
}

/** @throws FirecampError FC-K8S-005 that lists every one of them that is not the owner's */
export function refuseForeign(
  { settings }: Pick<Operation, 'settings'>,
  seen: readonly Seen[],
  owner: ObjectOwner,
): void {
  const foreign = seen.flatMap(({ wanted, ref, live }) => {
    const why = live && strangeness(live, owner, settings, isShared(wanted));
    return why === undefined ? [] : [`${named(ref)} ${why}`];
  });
  if (foreign.length === 0) return;
  const what = foreign.length === 1 ? 'an object' : `${foreign.length} objects`;
  const message = `The service ${owner.service} in namespace ${settings.namespace} would overwrite ${what} of somebody else: ${foreign.join('; ')}.`;
  throw new FirecampError('FC-K8S-005', message, {
    fields: { service: owner.service, namespace: settings.namespace, objects: foreign },
  });
}
