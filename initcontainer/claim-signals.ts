/** Why and when a claim has to end before it is done. */
export interface ClaimSignals {
  /** SIGTERM or SIGINT: stop before Assign, or undo. */
  readonly interrupt: AbortSignal;
  /** The claim's own time is up: what is begun stays in the record, and the next run goes on from there. */
  readonly deadline: AbortSignal;
}
