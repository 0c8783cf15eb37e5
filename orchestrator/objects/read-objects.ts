import type { LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { Operation } from '../operation.ts';
import { kubeRetried, readObject, requestsAtOnce } from './kube-calls.ts';

/** From so many objects of a kind on, a list of all that are there costs less than asking for each: a page has 500. */
const listedFrom = 20;

/** What is there of all these, in their order: side by side, and where there are many of a kind, as a service's volumes and claims, by one list. */
export async function readObjects(
  operation: Pick<Operation, 'ports' | 'signal'>,
  refs: readonly ObjectRef[],
): Promise<(LiveObject | undefined)[]> {
  const lists = await listMany(operation, refs);
  return await bounded(operation.signal, refs, requestsAtOnce, async (ref, signal) => {
    const list = lists.get(placeOf(ref));
    return list ? list.get(ref.name) : await readObject({ ports: operation.ports, signal }, ref);
  });
}

/** By kind and namespace, those of which many are asked for: all that there are, by name. No label narrows it, as an object of somebody else can have the name. */
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
