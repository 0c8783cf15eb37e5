import type { Operation } from '../operation.ts';
import { type Applied, applyOne } from './apply-one.ts';
import { readObject } from './kube-calls.ts';
import type { Seen } from './look-at-objects.ts';

/** What an apply would come to, beside the object as it was at that moment. */
export interface Tried extends Seen {
  readonly answer: Applied;
}

/** Looks at an object that others change all the time, as a StatefulSet whose pods start; after so many its status alone differs. */
const maxLooks = 10;

/**
 * The API server's dry run of an apply. It answers with the object of its own moment, and what controllers wrote since we looked (the binding
 * of a volume) is nothing that our apply would change: then it is looked at and tried again, so that both are of one moment.
 */
export async function dryRunOne(
  operation: Pick<Operation, 'ports' | 'signal'>,
  seen: Seen,
  { force }: { readonly force: boolean },
): Promise<Tried> {
  let { live } = seen;
  for (let look = 1; ; look++) {
    const answer = await applyOne(operation, seen.ref, seen.wanted, { dryRun: true, force });
    // The version of what a dry run would create is empty.
    const version = answer.outcome === 'applied' ? answer.object.metadata.resourceVersion : undefined;
    if (version === undefined || version === (live?.metadata.resourceVersion ?? '') || look === maxLooks) {
      return { ...seen, live, answer };
    }
    live = await readObject(operation, seen.ref);
  }
}
