/** One try to reach the member: when it began and ended (milliseconds, monotonic), and who answered. */
export interface Sample {
  readonly startedMs: number;
  readonly endedMs: number;
  /** What the member answered, its node's name; undefined when the try failed. */
  readonly node: string | undefined;
}

/** What a client saw of a member while it moved. */
export interface Reachability {
  readonly tries: number;
  readonly answers: number;
  /** Longest time in milliseconds between two answers that follow each other, by their end; 0 with fewer than two. */
  readonly longestGapMs: number;
  /** The nodes that answered, each time the answer changed. */
  readonly nodes: readonly string[];
}

/** Sums up the tries, in whatever order they ended. */
export function summarize(samples: readonly Sample[]): Reachability {
  const answered = samples
    .flatMap(({ endedMs, node }) => (node === undefined ? [] : [{ endedMs, node }]))
    .sort((a, b) => a.endedMs - b.endedMs);
  let longestGapMs = 0;
  const nodes: string[] = [];
  for (const [index, { endedMs, node }] of answered.entries()) {
    const before = answered[index - 1];
    if (before !== undefined) longestGapMs = Math.max(longestGapMs, endedMs - before.endedMs);
    if (nodes.at(-1) !== node) nodes.push(node);
  }
  return { tries: samples.length, answers: answered.length, longestGapMs, nodes };
}
