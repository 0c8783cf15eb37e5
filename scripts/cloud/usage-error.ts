/** A command line that cannot be followed, with every fault found. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.map((fault) => `- ${fault}`).join('\n'));
    this.faults = faults;
  }
}
