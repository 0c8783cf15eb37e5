import { test } from 'tap';
import { toDomainError } from '../../../common/aws/aws-errors.ts';
import { HttpFailure } from '../../../common/aws/http-exchange.ts';
import { FirecampError } from '../../../common/domain/errors.ts';

const action = 'ec2:AssignPrivateIpAddresses';
const call = { action, signal: new AbortController().signal };

/** An error reply as the SDK throws it. */
function reply(status: number, code: string, message = 'words', headers: Record<string, string> = {}): Error {
  const error = Object.assign(new Error(message), {
    $fault: 'client',
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
    $response: { headers },
  });
  error.name = code;
  return error;
}

test('says of each error reply what it means, and that a definite one did nothing', (t) => {
  const cases = [
    [503, 'RequestLimitExceeded', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    [400, 'Throttling', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    [400, 'PriorRequestNotComplete', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    [429, 'AnyName', { code: 'FC-AWS-002', effect: 'none', transient: true }],
    [403, 'UnauthorizedOperation', { code: 'FC-AWS-001', effect: 'none', transient: false }],
    [400, 'AccessDeniedException', { code: 'FC-AWS-001', effect: 'none', transient: false }],
    [403, 'ExpiredToken', { code: 'FC-AWS-005', effect: 'none', transient: true }],
    [400, 'RequestExpired', { code: 'FC-AWS-005', effect: 'none', transient: true }],
    [401, 'AuthFailure', { code: 'FC-AWS-005', effect: 'none', transient: false }],
    [403, 'RequestTimeTooSkewed', { code: 'FC-AWS-004', effect: 'none', transient: true, message: /clock/ }],
    [500, 'InternalError', { code: 'FC-AWS-003', effect: 'unknown', transient: true }],
    [503, 'Unavailable', { code: 'FC-AWS-003', effect: 'unknown', transient: true }],
    [400, 'InvalidParameterValue', { code: 'FC-AWS-004', effect: 'none', transient: false }],
  ] as const;
  for (const [status, code, expected] of cases) {
    const error = toDomainError(reply(status, code), call);
    t.match(error, { ...expected, fields: { action } }, `${status} ${code}`);
    t.match(
      error.message,
      /ec2:AssignPrivateIpAddresses.*words \(request r-1\)\.$/,
      'the action, AWS’s words, the request',
    );
  }
  t.end();
});

test('keeps how long AWS asks to wait', (t) => {
  t.match(toDomainError(reply(503, 'SlowDown', 'x', { 'retry-after': '7' }), call), { retryAfterSeconds: 7 });
  t.match(toDomainError(reply(503, 'SlowDown', 'x', { 'retry-after': 'soon' }), call), {
    retryAfterSeconds: undefined,
  });
  t.end();
});

test('does not take a reply without a code for a definite answer', (t) => {
  t.match(toDomainError(reply(400, 'Unknown'), call), { code: 'FC-AWS-006', effect: 'unknown' });
  t.match(toDomainError(reply(502, 'Unknown'), call), { code: 'FC-AWS-003', effect: 'unknown' });
  const unread = Object.assign(new SyntaxError('char 0 is not expected\n  Deserialization error: x'), {
    $metadata: { httpStatusCode: 200 },
  });
  const error = toDomainError(unread, call);
  t.match(error, { code: 'FC-AWS-006', effect: 'unknown', transient: true, message: /char 0 is not expected\.$/ });
  t.end();
});

test('tells a request that was sent from one that was not, however deep the SDK has wrapped it', (t) => {
  const wrapped = (sent: boolean) => new Error('outer', { cause: new HttpFailure('timeout', sent, 'no answer') });
  t.match(toDomainError(wrapped(true), call), { code: 'FC-AWS-003', effect: 'unknown', transient: true });
  t.match(toDomainError(wrapped(false), call), { code: 'FC-AWS-003', effect: 'none', transient: true });
  t.match(toDomainError(new HttpFailure('tooLarge', true, 'big'), call), { code: 'FC-AWS-006', effect: 'unknown' });
  t.end();
});

test('puts the caller’s own end before whatever it caused, and leaves errors of ours as they are', (t) => {
  const stop = new AbortController();
  stop.abort(new Error('TERM'));
  const late = toDomainError(reply(500, 'InternalError'), { action, signal: stop.signal });
  t.match(late, { name: 'Interrupted', cause: { message: 'TERM' } });
  const ours = new FirecampError('FC-AWS-007', 'x');
  t.equal(toDomainError(ours, { action, signal: stop.signal }), ours);
  t.match(toDomainError(new TypeError('a bug'), call), { code: 'FC-INT-001' });
  t.match(toDomainError(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), call), {
    code: 'FC-AWS-005',
    effect: 'none',
  });
  t.end();
});
