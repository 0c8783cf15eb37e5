/**
 * The import cycles of a graph, each as the files in order of import, beginning with the one that sorts first. Cycles that share files may be
 * reported as one: breaking it shows the next.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles = new Map<string, string[]>();
  const visit = (file: string): void => {
    const begun = path.indexOf(file);
    if (begun >= 0) {
      const cycle = fromSmallest(path.slice(begun));
      cycles.set(cycle.join('\n'), cycle);
    }
    if (begun >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of [...graph.keys()].sort()) visit(file);
  return [...cycles.values()];
}

function fromSmallest(cycle: readonly string[]): string[] {
  const smallest = cycle.reduce((best, file, at) => (file < (cycle[best] ?? file) ? at : best), 0);
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}
