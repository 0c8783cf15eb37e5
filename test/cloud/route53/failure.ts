/** A refusal that Route 53 answers with; thrown by the operations, turned into a reply by the service. */
export class Route53Failure extends Error {
  override readonly name = 'Route53Failure';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function invalidInput(message: string): Route53Failure {
  return new Route53Failure(400, 'InvalidInput', message);
}

export function noSuchHostedZone(zoneId: string): Route53Failure {
  return new Route53Failure(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${zoneId}`);
}
