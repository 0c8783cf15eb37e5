/** A real part that cannot be had on this machine: tests leave themselves out by its name. */
export class RigUnavailableError extends Error {
  readonly code = 'RIG_UNAVAILABLE';
  /** Name of the part, e.g. `etcd`. */
  readonly part: string;

  constructor(part: string, reason: string, options?: ErrorOptions) {
    super(`${part} cannot be had here: ${reason}`, options);
    this.name = 'RigUnavailableError';
    this.part = part;
  }
}
