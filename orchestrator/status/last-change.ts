import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import type { LastChange } from './trace-model.ts';

/** Who wrote the object last, and when (Kubernetes API concepts, "Server-side apply", managed fields). */
export function lastChangeOf(live: LiveObject): LastChange | undefined {
  const writes = listAt(live, 'metadata', 'managedFields').flatMap((entry) => {
    const at = textAt(entry, 'time');
    return at === undefined ? [] : [{ at, by: textAt(entry, 'manager') }];
  });
  const last = writes.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)).at(-1);
  const created = textAt(live, 'metadata', 'creationTimestamp');
  return last ?? (created === undefined ? undefined : { at: created, by: undefined });
}

/** The time of a record of FireCamp's, nanoseconds since 1970; nothing for one that was never written. */
export function recordChange(lastModified: bigint): LastChange | undefined {
  const millis = Number(lastModified / 1_000_000n);
  return millis <= 0 ? undefined : { at: new Date(millis).toISOString(), by: undefined };
}
