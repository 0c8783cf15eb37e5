import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { textAt } from '../definition/field-reader.ts';
import type { Operation } from '../operation.ts';
import { mendedBinding, wasBound } from './claim-binding.ts';
import { requestsAtOnce } from './kube-calls.ts';
import type { Seen } from './look-at-objects.ts';
import { updateObject } from './update-object.ts';

/**
 * Lets the volumes among these objects, and those claims among them that they are for, find each other again where one of the two was
 * deleted. To be called when the volumes are there and before claims are made: a claim whose volume is not free is looked at again only after
 * 15 s. Costs nothing where nothing is to be mended.
 *
 * @param seen the service's own objects as they were looked at, before the volumes that were missing were made
 */
export async function mendBindings(
  operation: Pick<Operation, 'ports' | 'signal' | 'dryRun'>,
  seen: readonly Seen[],
): Promise<void> {
  const claims = new Map(
    seen
      .filter(({ ref }) => ref.kind.kind === 'PersistentVolumeClaim')
      .map(({ ref, live }) => [placeOf(ref.namespace, ref.name), { live }]),
  );
  const parted = seen.flatMap(({ wanted, ref, live }) => {
    const claimRef = (field: string) => textAt(wanted, 'spec', 'claimRef', field);
    const claim = claims.get(placeOf(claimRef('namespace'), claimRef('name') ?? ''));
    return claim !== undefined && isParted(live, claim.live) ? [{ ref, claim: claim.live }] : [];
  });
  await bounded(operation.signal, parted, requestsAtOnce, ({ ref, claim }, signal) =>
    // By replace, not by apply: an apply that does not know the UID would take it away again.
    updateObject({ ...operation, signal }, ref, (volume) => mendedBinding(volume, claim)),
  );
}

/** A volume that is not there yet will be new, and know no claim. */
function isParted(volume: LiveObject | undefined, claim: LiveObject | undefined): boolean {
  if (volume !== undefined) return mendedBinding(volume, claim) !== undefined;
  return claim !== undefined && wasBound(claim);
}

function placeOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
