import { DescribeInstancesCommand, type Instance as WireInstance } from '@aws-sdk/client-ec2';
import type { NetworkInterface } from '../ports/addresses.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Instance, InstanceService } from '../ports/instances.ts';
import { allPages } from './all-pages.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { describeInstanceTypes } from './ec2-instance-types.ts';
import { describeInterfaces } from './ec2-interfaces.ts';
import { tagsFromWire } from './ec2-tags.ts';
import { filterValues } from './filter-values.ts';

/** The most that EC2 gives at once (EC2 API reference, MaxResults of DescribeInstances). */
const pageSize = 1000;

/** EC2 as `InstanceService`; see there for what it promises. Everything is asked by filter: of ids, one that is gone fails the whole request. */
export class Ec2Instances implements InstanceService {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async describe(ids: readonly string[], options: CallOptions): Promise<Instance[]> {
    const parts = await Promise.all(filterValues(ids).map((some) => this.#instances(some, options)));
    return parts.flat();
  }

  async interfaces(ids: readonly string[], options: CallOptions): Promise<NetworkInterface[]> {
    const parts = filterValues(ids).map((some) => {
      return describeInterfaces(this.#aws, [{ Name: 'attachment.instance-id', Values: some }], options);
    });
    // A detached one is found as long as EC2 still shows whose it was.
    return (await Promise.all(parts)).flat().filter(({ instanceId }) => instanceId !== undefined);
  }

  async addressesPerInterface(types: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, number>> {
    const found = await describeInstanceTypes(this.#aws, types, options);
    return new Map(
      found.flatMap(({ InstanceType: type, NetworkInfo: network }) => {
        const count = network?.Ipv4AddressesPerInterface;
        return type === undefined || count === undefined ? [] : [[type, count] as const];
      }),
    );
  }

  async #instances(ids: string[], options: CallOptions): Promise<Instance[]> {
    const call = { action: 'ec2:DescribeInstances', signal: options.signal };
    const found = await allPages(async (next) => {
      const input = { Filters: [{ Name: 'instance-id', Values: ids }], MaxResults: pageSize };
      const request = new DescribeInstancesCommand({ ...input, ...(next && { NextToken: next }) });
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
      if (reply.Reservations === undefined) throw malformedReply(call, 'it has no list of instances');
      return { items: reply.Reservations.flatMap(({ Instances: some = [] }) => some), next: reply.NextToken };
    });
    return found.map((one) => {
      const known = instanceFromWire(one);
      if (known === undefined) throw malformedReply(call, `it describes ${one.InstanceId ?? 'an instance'} in part`);
      return known;
    });
  }
}

function instanceFromWire(wire: WireInstance): Instance | undefined {
  const { InstanceId: id, InstanceType: instanceType, State: state, Placement: placement } = wire;
  if (!id || !instanceType || !state?.Name || !placement?.AvailabilityZone) return undefined;
  return {
    id,
    state: state.Name,
    instanceType,
    zone: placement.AvailabilityZone,
    // Empty as well as absent once it is terminated.
    vpcId: wire.VpcId || undefined,
    metadataHopLimit: wire.MetadataOptions?.HttpPutResponseHopLimit,
    tags: tagsFromWire(wire.Tags),
  };
}
