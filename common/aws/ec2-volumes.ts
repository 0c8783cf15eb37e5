import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  type Filter,
  type VolumeType,
  type Volume as WireVolume,
} from '@aws-sdk/client-ec2';
import type { CallOptions } from '../ports/call-options.ts';
import type { NewVolume, Volume, VolumeService, VolumeUse } from '../ports/volumes.ts';
import { allPages } from './all-pages.ts';
import { awsRead, awsWrite } from './aws-call.ts';
import { type AwsCall, malformedReply, serviceCodeOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { ec2Done } from './ec2-done.ts';
import { ec2Tags, tagsFromWire } from './ec2-tags.ts';
import { literal } from './filter-values.ts';
import type { WireOptions } from './request-handler.ts';

/** Values a filter may have (EC2 user guide, "List and filter using the CLI and API"). */
const filterValues = 200;

/** EC2 as `VolumeService`; see there for what it promises. */
export class Ec2Volumes implements VolumeService {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async create(volume: NewVolume, options: CallOptions): Promise<Volume> {
    const call = { action: 'ec2:CreateVolume', signal: options.signal };
    const request = new CreateVolumeCommand({
      AvailabilityZone: volume.zone,
      Size: volume.sizeGb,
      VolumeType: volume.volumeType as VolumeType,
      Iops: volume.iops,
      Throughput: volume.throughput,
      Encrypted: volume.encrypted,
      KmsKeyId: volume.kmsKeyId,
      TagSpecifications: ec2Tags('volume', volume.tags),
      ClientToken: volume.clientToken,
    });
    const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.ec2.write.send(request, wire));
    const made = volumeFromWire(reply);
    if (made === undefined) throw malformedReply(call, 'it names no volume');
    return made;
  }

  async describe(ids: readonly string[], options: CallOptions): Promise<Volume[]> {
    const found: Volume[] = [];
    for (let from = 0; from < ids.length; from += filterValues) {
      // Asked for by id, one volume that is gone would fail the whole request; a filter leaves it out.
      const some = ids.slice(from, from + filterValues);
      found.push(...(await this.#find([{ Name: 'volume-id', Values: some }], options)));
    }
    return found;
  }

  async findByTags(tags: Readonly<Record<string, string>>, options: CallOptions): Promise<Volume[]> {
    const wanted = Object.entries(tags);
    // No filter would be every volume of the account.
    if (wanted.length === 0) throw new RangeError('volumes are looked for by one tag at least');
    const filters = wanted.map(([key, value]) => ({ Name: `tag:${key}`, Values: [literal(value)] }));
    return this.#find(filters, options);
  }

  async useByType(volumeTypes: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, VolumeUse>> {
    const use = new Map(volumeTypes.map((type) => [type, { sizeGb: 0, iops: 0 }]));
    // A filter without values would be refused.
    if (use.size === 0) return use;
    for (const one of await this.#pages([{ Name: 'volume-type', Values: [...use.keys()] }], options)) {
      const before = use.get(one.VolumeType ?? '');
      if (before === undefined || one.Size === undefined) throw incomplete(one, options);
      use.set(one.VolumeType ?? '', { sizeGb: before.sizeGb + one.Size, iops: before.iops + (one.Iops ?? 0) });
    }
    return use;
  }

  async delete(id: string, options: CallOptions): Promise<'done' | 'gone' | 'inUse'> {
    const request = new DeleteVolumeCommand({ VolumeId: id });
    const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
    try {
      await ec2Done(this.#aws.credentials, 'ec2:DeleteVolume', send, options);
      return 'done';
    } catch (error) {
      const code = serviceCodeOf(error);
      if (code === 'InvalidVolume.NotFound') return 'gone';
      if (code === 'VolumeInUse') return 'inUse';
      throw error;
    }
  }

  async #find(filters: Filter[], options: CallOptions): Promise<Volume[]> {
    return (await this.#pages(filters, options)).map((one) => {
      const known = volumeFromWire(one);
      if (known === undefined) throw incomplete(one, options);
      return known;
    });
  }

  async #pages(filters: Filter[], options: CallOptions): Promise<WireVolume[]> {
    const call = describing(options);
    return allPages(async (next) => {
      const input = { Filters: filters, MaxResults: 500, ...(next && { NextToken: next }) };
      const request = new DescribeVolumesCommand(input);
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
      // "No volume" would let us make a second one; a reply without the list does not say it.
      if (reply.Volumes === undefined) throw malformedReply(call, 'it has no list of volumes');
      return { items: reply.Volumes, next: reply.NextToken };
    });
  }
}

function describing({ signal }: CallOptions): AwsCall {
  return { action: 'ec2:DescribeVolumes', signal };
}

function incomplete({ VolumeId: id }: WireVolume, options: CallOptions): Error {
  return malformedReply(describing(options), `it describes ${id ?? 'a volume'} in part`);
}

function volumeFromWire(wire: WireVolume): Volume | undefined {
  const { VolumeId: id, AvailabilityZone: zone, Size: sizeGb, VolumeType: volumeType, State: state } = wire;
  if (!id || !zone || sizeGb === undefined || !volumeType || !state) return undefined;
  // A detaching volume still names its instance; only "detached" has let go (EC2 API reference, VolumeAttachment).
  const attached = (wire.Attachments ?? []).filter((one) => one.State !== 'detached');
  const instanceIds = attached.flatMap(({ InstanceId: instance }) => (instance === undefined ? [] : [instance]));
  return { id, zone, sizeGb, volumeType, state, instanceIds, tags: tagsFromWire(wire.Tags) };
}
