/** What every port method takes. A cancelled call always rejects, with `InterruptedError` whose cause is the signal's reason. */
export interface CallOptions {
  readonly signal: AbortSignal;
}
