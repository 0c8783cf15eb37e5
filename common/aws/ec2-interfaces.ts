import {
  DescribeNetworkInterfacesCommand,
  type Filter,
  type NetworkInterface as WireInterface,
} from '@aws-sdk/client-ec2';
import type { NetworkInterface } from '../ports/addresses.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { allPages } from './all-pages.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { interfaceFromWire } from './ec2-interface.ts';

/** The most that EC2 gives at once (EC2 API reference, DescribeNetworkInterfaces, MaxResults). */
const pageSize = 1000;

/**
 * Every interface that passes the filters, in no order.
 * @throws {FirecampError} as `awsRead`; FC-AWS-006 for a reply that is not whole.
 */
export function describeInterfaces(
  aws: Pick<AwsClients, 'ec2' | 'credentials'>,
  filters: Filter[],
  options: CallOptions,
): Promise<NetworkInterface[]> {
  return describeInterfacesAs(aws, filters, interfaceFromWire, options);
}

/** As `describeInterfaces`, with more or less of each: `read` gives undefined for one that is not described whole. */
export async function describeInterfacesAs<T>(
  aws: Pick<AwsClients, 'ec2' | 'credentials'>,
  filters: Filter[],
  read: (wire: WireInterface) => T | undefined,
  options: CallOptions,
): Promise<T[]> {
  const call = { action: 'ec2:DescribeNetworkInterfaces', signal: options.signal };
  const found = await allPages(async (next) => {
    const input = { Filters: filters, MaxResults: pageSize, ...(next && { NextToken: next }) };
    const request = new DescribeNetworkInterfacesCommand(input);
    const reply = await awsRead(aws.credentials, call, (wire) => aws.ec2.read.send(request, wire));
    // "No interface" is a claim about the world; a reply without the list makes none.
    if (reply.NetworkInterfaces === undefined) throw malformedReply(call, 'it has no list of interfaces');
    return { items: reply.NetworkInterfaces, next: reply.NextToken };
  });
  return found.map((one) => {
    const known = read(one);
    if (known === undefined)
      throw malformedReply(call, `it describes ${one.NetworkInterfaceId ?? 'an interface'} in part`);
    return known;
  });
}
