import type { CloudReply, CloudService, ServiceName } from './service.ts';
import type { SignatureFault } from './signature.ts';

type Wording = readonly [status: number, code: string, message: string];

/** EC2 API reference, "Error codes": AuthFailure, RequestExpired, MissingAuthenticationToken. */
const ec2Wording: Readonly<Record<SignatureFault, Wording>> = {
  missing: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  'unknown-key': [401, 'AuthFailure', 'AWS was not able to validate the provided access credentials'],
  mismatch: [401, 'AuthFailure', 'AWS was not able to validate the provided access credentials'],
  skewed: [400, 'RequestExpired', 'Request has expired.'],
  'expired-token': [400, 'RequestExpired', 'Request has expired.'],
};

/** STS and Route 53 API references, "Common errors". */
const commonWording: Readonly<Record<SignatureFault, Wording>> = {
  missing: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  'unknown-key': [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'],
  mismatch: [
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  ],
  skewed: [403, 'SignatureDoesNotMatch', 'Signature expired: the time of the request is too far from the current time'],
  'expired-token': [403, 'ExpiredToken', 'The security token included in the request is expired'],
};

/** What services with AWS's JSON protocols answer (Service Quotas API reference, "Common error types"). */
const jsonWording: Readonly<Record<SignatureFault, Wording>> = {
  missing: [400, 'MissingAuthenticationToken', 'Missing Authentication Token'],
  'unknown-key': [400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
  mismatch: [
    400,
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided.',
  ],
  skewed: [400, 'InvalidSignatureException', 'Signature expired: the time of the request is too far from now'],
  'expired-token': [400, 'ExpiredTokenException', 'The security token included in the request is expired'],
};

const wordings: Readonly<Partial<Record<ServiceName, Readonly<Record<SignatureFault, Wording>>>>> = {
  ec2: ec2Wording,
  servicequotas: jsonWording,
};

/** The refusal of a badly signed request, as the service words it. */
export function signatureError(service: CloudService, fault: SignatureFault): CloudReply {
  return service.error(...(wordings[service.name] ?? commonWording)[fault]);
}

/** The refusal of a request that no policy allows, as the service words it. */
export function permissionError(service: CloudService, action: string, arn: string): CloudReply {
  if (service.name === 'ec2') {
    return service.error(403, 'UnauthorizedOperation', 'You are not authorized to perform this operation.');
  }
  const message = `User: ${arn} is not authorized to perform: ${action}`;
  // Service Quotas API reference, AccessDeniedException: status 400.
  if (service.name === 'servicequotas') return service.error(400, 'AccessDeniedException', message);
  return service.error(403, 'AccessDenied', message);
}
