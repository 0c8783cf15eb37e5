/** Values a filter may have (EC2 user guide, "List and filter using the CLI and API"). */
const valuesPerFilter = 200;

/** The different values, so many at a time as one filter takes; none for no value, as a filter without values would pass nothing or all. */
export function filterValues(values: readonly string[], most = valuesPerFilter): string[][] {
  const different = [...new Set(values)];
  const parts = Math.ceil(different.length / most);
  return Array.from({ length: parts }, (_, n) => different.slice(n * most, (n + 1) * most));
}

/** A value that means itself: filters know the wildcards * and ?, and a backslash takes them their meaning. */
export function literal(value: string): string {
  return value.replace(/[*?\\]/g, '\\$&');
}
