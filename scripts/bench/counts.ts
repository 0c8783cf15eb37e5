/** How often each operation of each service was asked for: `EC2 CreateVolume` → 300. */
export type Counts = ReadonlyMap<string, number>;

/** One request of a kind. */
export interface CountedCall {
  readonly service: 'EC2' | 'Route 53' | 'DynamoDB' | 'API server';
  /** `CreateVolume`, `list pods` */
  readonly operation: string;
}

/** The key of a call in `Counts`. */
function callName({ service, operation }: CountedCall): string {
  return `${service} ${operation}`;
}

/** Counted by name, the names in order. */
export function countCalls(calls: readonly CountedCall[]): Counts {
  const byName = Object.groupBy(calls, callName);
  const counted = Object.entries(byName).map(([name, all]) => [name, all?.length ?? 0] as const);
  return new Map(counted.sort(([one], [other]) => (one < other ? -1 : 1)));
}
