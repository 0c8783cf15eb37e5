/** A refusal as the EC2 API gives it. */
export class Ec2Error extends Error {
  override readonly name = 'Ec2Error';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidValue = (message: string): Ec2Error => new Ec2Error('InvalidParameterValue', message);

export const missing = (parameter: string): Ec2Error =>
  new Ec2Error('MissingParameter', `The request must contain the parameter ${parameter}`);

/** "The networkInterface ID 'eni-1' does not exist": EC2 API reference, "Error codes", the Invalid*ID.NotFound family. */
export const notFound = (kind: string, name: string, id: string): Ec2Error =>
  new Ec2Error(`${kind}.NotFound`, `The ${name} ID '${id}' does not exist`);

/** EC2 developer guide, "Ensuring idempotency": a client token that is known from a request with other parameters. */
export const parameterMismatch = (): Ec2Error =>
  new Ec2Error(
    'IdempotentParameterMismatch',
    'The client token you have provided is associated with a resource that is not the one you are requesting.',
  );
