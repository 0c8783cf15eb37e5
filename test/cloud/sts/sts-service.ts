import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { issueSession, type SessionCredentials } from '../credentials.ts';
import { element, field } from '../ec2/xml-writer.ts';
import { glob } from '../iam-policy.ts';
import type { CloudReply, CloudRequest, CloudService } from '../service.ts';
import type { RoleSpec, Topology } from '../topology.ts';
import { StsError } from './sts-error.ts';
import { checkWebIdentity } from './web-identity.ts';

interface Call {
  readonly form: URLSearchParams;
  readonly request: CloudRequest;
  readonly topology: Topology;
  readonly now: number;
}

const operations: Readonly<Record<string, (call: Call) => string>> = {
  GetCallerIdentity: ({ request, topology }) =>
    field('Arn', request.principal?.arn) +
    field('UserId', request.principal?.accessKeyId) +
    field('Account', topology.accountId),

  AssumeRole(call) {
    const role = roleNamed(call);
    const caller = call.request.principal?.arn ?? '';
    if (!role?.trust?.principals?.some((pattern) => glob(pattern, caller))) {
      const arn = call.form.get('RoleArn');
      throw new StsError(
        403,
        'AccessDenied',
        `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    }
    return session(call, role);
  },

  AssumeRoleWithWebIdentity(call) {
    const role = roleNamed(call);
    const identity = checkWebIdentity(required(call.form, 'WebIdentityToken'), role?.trust, call.now);
    if (!role) throw new StsError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
    return (
      session(call, role) +
      field('SubjectFromWebIdentityToken', identity.subject) +
      field('Audience', identity.audience) +
      field('Provider', identity.issuer)
    );
  },
};

/** The STS query protocol, API version 2011-06-15: who am I, and a role's credentials for a while. */
export function createSts(topology: Topology, clock: Clock): CloudService {
  return {
    name: 'sts',
    signed: (operation) => operation !== 'AssumeRoleWithWebIdentity',
    operation: (request) => form(request).get('Action') ?? 'NoAction',
    handle(request, name) {
      try {
        const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
        if (!operation)
          throw new StsError(400, 'InvalidAction', `Could not find operation ${name} for version 2011-06-15`);
        return success(name, operation({ form: form(request), request, topology, now: clock.now() }));
      } catch (error) {
        if (error instanceof StsError) return failure(error.status, error.code, error.message);
        throw error;
      }
    },
    error: failure,
    // STS API reference: "No permissions are required to perform" GetCallerIdentity.
    resources: (request, operation) =>
      operation === 'GetCallerIdentity' ? [] : [{ arn: form(request).get('RoleArn') ?? '*', context: {} }],
  };
}

const form = (request: CloudRequest): URLSearchParams =>
  request.body === '' ? request.url.searchParams : new URLSearchParams(request.body);

function required(fields: URLSearchParams, name: string): string {
  const value = fields.get(name);
  if (value === null || value === '')
    throw new StsError(
      400,
      'ValidationError',
      `Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  return value;
}

const roleNamed = ({ form, topology }: Call): RoleSpec | undefined => {
  const arn = required(form, 'RoleArn');
  return topology.roles?.find((role) => role.arn === arn);
};

/** Credentials for 15 minutes to 12 hours, one hour if nothing is said (STS API reference, DurationSeconds). */
function session(call: Call, role: RoleSpec): string {
  const name = required(call.form, 'RoleSessionName');
  const seconds = Number(call.form.get('DurationSeconds') ?? 3600);
  if (!(seconds >= 900 && seconds <= 43_200)) {
    throw new StsError(
      400,
      'ValidationError',
      `Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: between 900 and 43200`,
    );
  }
  const issued = roleCredentials(call.topology, role.name, name, call.now + seconds * 1000);
  const credentials = element(
    'Credentials',
    field('AccessKeyId', issued.accessKeyId),
    field('SecretAccessKey', issued.secretAccessKey),
    field('SessionToken', issued.sessionToken),
    field('Expiration', new Date(issued.expiresAt).toISOString()),
  );
  const user = element(
    'AssumedRoleUser',
    field('AssumedRoleId', `AROASIMULATED:${name}`),
    field('Arn', sessionArn(call.topology, role.name, name)),
  );
  return credentials + user;
}

/** Credentials of a role's session, as STS and the metadata service of an instance issue them. */
export function roleCredentials(
  topology: Topology,
  roleName: string,
  sessionName: string,
  expiresAt: number,
): SessionCredentials {
  return issueSession({ arn: sessionArn(topology, roleName, sessionName), roleName, expiresAt });
}

const sessionArn = (topology: Topology, role: string, session: string): string =>
  `arn:aws:sts::${topology.accountId}:assumed-role/${role}/${session}`;

function success(operation: string, result: string): CloudReply {
  const metadata = element('ResponseMetadata', field('RequestId', randomUUID()));
  const inner = element(`${operation}Result`, result) + metadata;
  return reply(
    200,
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${inner}</${operation}Response>`,
  );
}

/** The common error form of AWS query services. */
function failure(status: number, code: string, message: string): CloudReply {
  const type = field('Type', status >= 500 ? 'Receiver' : 'Sender');
  const error = element('Error', type, field('Code', code), field('Message', message));
  const inner = error + field('RequestId', randomUUID());
  return reply(status, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${inner}</ErrorResponse>`);
}

function reply(status: number, body: string): CloudReply {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
