/** What a change puts into a batch; undefined where there is nothing to take away, or nothing to put in its place. */
interface CountedChange {
  readonly current: { readonly values: readonly string[] } | undefined;
  readonly next: { readonly values: readonly string[] } | undefined;
}

/** ResourceRecord elements, and characters of all values, of one request (Route 53 developer guide, "Quotas", ChangeResourceRecordSets). */
const limits = { elements: 1_000, characters: 32_000 };

/**
 * Splits changes into batches that Route 53 takes, in their order. A replacement counts twice, as what it takes away stands
 * in the request too. A change that is too large by itself gets a batch of its own, for Route 53 to refuse.
 */
export function recordBatches<T extends CountedChange>(changes: readonly T[]): T[][] {
  const batches: T[][] = [];
  let elements = 0;
  let characters = 0;
  for (const change of changes) {
    const values = [...(change.current?.values ?? []), ...(change.next?.values ?? [])];
    const length = values.reduce((sum, value) => sum + value.length, 0);
    const last = batches.at(-1);
    if (last && elements + values.length <= limits.elements && characters + length <= limits.characters) {
      last.push(change);
      elements += values.length;
      characters += length;
    } else {
      batches.push([change]);
      elements = values.length;
      characters = length;
    }
  }
  return batches;
}
