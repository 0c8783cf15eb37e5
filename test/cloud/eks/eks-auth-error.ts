/** A refusal as the EKS Auth API gives it. */
export class EksAuthError extends Error {
  override readonly name = 'EksAuthError';
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
