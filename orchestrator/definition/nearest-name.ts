/** The known name that was probably meant, when one is close enough. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const plain = known.find((name) => bare(name) === bare(given));
  if (plain !== undefined) return plain;
  const [best] = known
    .map((name) => ({ name, distance: editDistance(bare(given), bare(name)) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** Case, hyphens and underscores are the usual difference between two tools' spellings. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Number of letters to insert, take out or replace (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_none, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
