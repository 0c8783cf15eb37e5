/**
 * Process exit codes, the same for every program of the project.
 * They are a promise: scripts and alerts branch on them.
 */
export const exitCodes = {
  done: 0,
  negativeFinding: 1,
  badInput: 2,
  couldNotFindOut: 3,
  timeout: 4,
  refused: 5,
  interrupted: 130,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the catalogue says of one error. */
export interface CatalogueEntry {
  /** The condition's name as Events and conditions spell it. */
  readonly name: string;
  readonly exitCode: ExitCode;
  /** What a person can do; appended to messages and to the termination log. */
  readonly remedy: string;
}
