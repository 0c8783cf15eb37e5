import { randomUUID } from 'node:crypto';
import type { CloudReply, CloudRequest, CloudService } from '../service.ts';
import { addressOperations } from './assign-addresses.ts';
import { attachmentOperations } from './attachments.ts';
import { authorizedResources, tagsOnCreation } from './authorized-resources.ts';
import { reservationOperations } from './cidr-reservations.ts';
import { describeInstanceOperations } from './describe-instances.ts';
import { describeNetworkOperations } from './describe-network.ts';
import { describeInterfaceOperations } from './describe-network-interfaces.ts';
import { Ec2Error } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { instanceOperations } from './instances.ts';
import { interfaceOperations } from './network-interfaces.ts';
import type { Operations } from './operation.ts';
import { QueryParams } from './query-params.ts';
import { tagOperations } from './tags.ts';
import type { TokenBuckets } from './token-buckets.ts';
import { volumeOperations } from './volumes.ts';
import { element, field } from './xml-writer.ts';

const operations: Operations = {
  ...addressOperations,
  ...describeInterfaceOperations,
  ...describeInstanceOperations,
  ...describeNetworkOperations,
  ...reservationOperations,
  ...interfaceOperations,
  ...attachmentOperations,
  ...instanceOperations,
  ...tagOperations,
  ...volumeOperations,
};

/** The EC2 query protocol, API version 2016-11-15, over the state. With buckets, calls that come too often are refused. */
export function createEc2(state: Ec2State, buckets?: TokenBuckets): CloudService {
  return {
    name: 'ec2',
    signed: () => true,
    operation: (request) => form(request).get('Action') ?? 'NoAction',
    handle(request, operation) {
      try {
        return success(operation, run(state, request, operation));
      } catch (error) {
        if (error instanceof Ec2Error) return failure(error.status, error.code, error.message);
        throw error;
      }
    },
    error: failure,
    resources: (request, operation) => authorizedResources(state, new QueryParams(form(request)), operation),
    implied: (request, operation) => tagsOnCreation(state, new QueryParams(form(request)), operation),
    throttle: (request, operation) =>
      buckets === undefined || buckets.admit(operation, isNarrowed(request))
        ? undefined
        : failure(503, 'RequestLimitExceeded', 'Request limit exceeded.'),
  };
}

function run(state: Ec2State, request: CloudRequest, name: string): string {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
  const params = new QueryParams(form(request));
  // EC2 API reference: DryRun "checks whether you have the required permissions", which the front has done, and does no
  // more. Assigning and unassigning addresses are among the few operations without it.
  if (params.flag('DryRun') && !Object.hasOwn(addressOperations, name)) {
    throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
  return operation(state, params);
}

/** A Describe call without filter, page size or ids counts against a smaller bucket. */
const isNarrowed = (request: CloudRequest): boolean =>
  [...form(request).keys()].some((key) => /^Filter\.|^MaxResults$|^NextToken$|\.\d+$/.test(key));

const form = (request: CloudRequest): URLSearchParams =>
  request.body === '' ? request.url.searchParams : new URLSearchParams(request.body);

function success(operation: string, inner: string): CloudReply {
  const root = `${operation}Response`;
  const body = `<${root} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${field('requestId', randomUUID())}${inner}</${root}>`;
  return reply(200, body);
}

/** EC2 API reference, "Error codes": the shape of an error response. */
function failure(status: number, code: string, message: string): CloudReply {
  const errors = element('Errors', element('Error', field('Code', code), field('Message', message)));
  return reply(status, element('Response', errors, field('RequestID', randomUUID())));
}

function reply(status: number, body: string): CloudReply {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
  };
}
