import { DescribeInstanceTypesCommand, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { CallOptions } from '../ports/call-options.ts';
import { allPages } from './all-pages.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { filterValues } from './filter-values.ts';

/** The most that EC2 gives at once (EC2 API reference, MaxResults of DescribeInstanceTypes). */
const pageSize = 100;

/**
 * What EC2 knows of these instance types, in no order; asked by filter, as of types that are named one that it does not know fails the whole request.
 * @throws {FirecampError} as `awsRead`; FC-AWS-006 for a reply that is not whole.
 */
export async function describeInstanceTypes(
  aws: Pick<AwsClients, 'ec2' | 'credentials'>,
  types: readonly string[],
  options: CallOptions,
): Promise<InstanceTypeInfo[]> {
  const parts = await Promise.all(filterValues(types).map((some) => described(aws, some, options)));
  return parts.flat();
}

function described(
  aws: Pick<AwsClients, 'ec2' | 'credentials'>,
  types: string[],
  { signal }: CallOptions,
): Promise<InstanceTypeInfo[]> {
  const call = { action: 'ec2:DescribeInstanceTypes', signal };
  return allPages(async (next) => {
    const input = { Filters: [{ Name: 'instance-type', Values: types }], MaxResults: pageSize };
    const request = new DescribeInstanceTypesCommand({ ...input, ...(next && { NextToken: next }) });
    const reply = await awsRead(aws.credentials, call, (wire) => aws.ec2.read.send(request, wire));
    if (reply.InstanceTypes === undefined) throw malformedReply(call, 'it has no list of instance types');
    return { items: reply.InstanceTypes, next: reply.NextToken };
  });
}
