/** One page of a listing, and where the next one starts; empty or undefined on the last. */
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Everything a paged listing has; a page without the list is for `load` to refuse. */
export async function allPages<T>(load: (next: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let next: string | undefined;
  do {
    const page = await load(next);
    found.push(...page.items);
    next = page.next;
  } while (next);
  return found;
}
