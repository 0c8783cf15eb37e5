/** The least number of calls of one kind, and where it comes from. */
export interface Least {
  readonly count: number;
  /** In words: `a volume a request`. */
  readonly why: string;
}

/** By name of the call, as `Counts` has it. */
export type LeastByCall = Readonly<Record<string, Least>>;

/** What the service of the benchmark has. */
export const shape = {
  /** Data and journal. */
  volumesPerMember: 2,
  /** Member, address, and the config file of its own. */
  recordsPerMember: 3,
  /** Service, attributes, two devices. */
  serviceRecords: 4,
  /** A template for each config file, and what is the same for all members. */
  sharedFiles: 3,
} as const;

/** What one request can do, with the sources. */
export const perRequest = {
  /** EC2 user guide, "List and filter using the CLI and API": values of a filter. */
  filterValues: 200,
  /** EC2 API reference, MaxResults of DescribeNetworkInterfaces and DescribeVolumes. */
  page: 1000,
  /** Route 53 developer guide, "Quotas": elements of a ChangeResourceRecordSets request. */
  recordChanges: 1000,
  /** Route 53 API reference, ListResourceRecordSets, maxitems. */
  recordPage: 300,
  /** DynamoDB API reference, TransactWriteItems and BatchGetItem. */
  items: 100,
  /** What kubectl asks for (its flag --chunk-size); the API server sets no limit of its own. */
  objects: 500,
} as const;

/** Requests for so many things; none for none. */
export function batches(count: number, size: number): number {
  return Math.ceil(count / size);
}

/** Requests for a list: one too when there is nothing. */
export function pages(count: number, size: number): number {
  return Math.max(1, batches(count, size));
}

export function once(...names: readonly string[]): LeastByCall {
  return Object.fromEntries(names.map((name) => [name, { count: 1, why: 'one' }]));
}
