/** Where a command's words go: results to stdout, everything about how it went to stderr. */
export interface CliIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}
