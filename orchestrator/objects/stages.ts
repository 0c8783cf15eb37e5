const volumeKinds = ['PersistentVolume', 'PersistentVolumeClaim'];

/**
 * Cuts a list where its kind changes: what is in one stage can be written side by side, what is in the next needs it. Volumes and their
 * claims come in pairs, a member each; all of the kind that comes first go first.
 */
export function stagesOf<T>(items: readonly T[], kindOf: (item: T) => string): T[][] {
  const blocks: { readonly of: string; readonly items: T[] }[] = [];
  for (const item of items) {
    const kind = kindOf(item);
    const of = volumeKinds.includes(kind) ? 'volumes and claims' : kind;
    const last = blocks.at(-1);
    if (last?.of === of) last.items.push(item);
    else blocks.push({ of, items: [item] });
  }
  return blocks.flatMap((block) => [...Map.groupBy(block.items, kindOf).values()]);
}
