/** More than so many alike are cut: a service has hundreds of members. */
const atMost = 12;
const first = 3;

/**
 * What is shown of each item, for a person: of many alike the first ones, and in place of the next how many more there are.
 *
 * @param keyOf the same for items that are alike; undefined for one that is shown in any case
 */
export function cutAlike<T, R>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
  shown: (item: T) => R,
  more: (count: number, item: T) => R,
): R[] {
  const counts = new Map<string, number>();
  for (const item of items) count(counts, keyOf(item));
  const seen = new Map<string, number>();
  return items.flatMap((item) => {
    const key = keyOf(item);
    const all = key === undefined ? 0 : (counts.get(key) ?? 0);
    const place = count(seen, key);
    if (all <= atMost || place <= first) return [shown(item)];
    return place === first + 1 ? [more(all - first, item)] : [];
  });
}

function count(counts: Map<string, number>, key: string | undefined): number {
  if (key === undefined) return 0;
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}
