import { Ec2Error, invalidValue, missing, parameterMismatch } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { type FilterFields, filtered } from './filters.ts';
import type { Volume } from './model.ts';
import type { Operations } from './operation.ts';
import { page } from './paging.ts';
import type { QueryParams } from './query-params.ts';
import { volumeNamed } from './volume-attachments.ts';
import { shaped } from './volume-limits.ts';
import { field, itemSet, tagSet } from './xml-writer.ts';

const volumeFields: FilterFields<Volume> = {
  'attachment.instance-id': (item) => [item.attachedTo ?? []].flat(),
  'availability-zone': (item) => [item.zone],
  encrypted: (item) => [String(item.encrypted)],
  size: (item) => [String(item.size)],
  status: (item) => [statusOf(item)],
  'volume-id': (item) => [item.id],
  'volume-type': (item) => [item.type],
};

/** CreateVolume (empty ones), DescribeVolumes and DeleteVolume (EC2 API reference). A volume can be used at once. */
export const volumeOperations: Operations = {
  CreateVolume(state, params) {
    const token = params.text('ClientToken');
    const asked = params
      .entries()
      .filter(([name]) => name !== 'Action' && name !== 'Version')
      .join('\n');
    const before = token === undefined ? undefined : [...state.volumes.values()].find((one) => one.token === token);
    if (before !== undefined) {
      // EC2 API reference, "Ensuring idempotency": the same token with other parameters is an error, with the same ones the first result.
      if (before.asked === asked) return volumeXml(before, 'creating');
      throw parameterMismatch();
    }
    const volume = newVolume(state, params, token, asked);
    state.volumes.set(volume.id, volume);
    return volumeXml(volume, 'creating');
  },

  DescribeVolumes(state, params) {
    const ids = params.list('VolumeId');
    const named = ids.length === 0 ? [...state.volumes.values()] : ids.map((id) => volumeNamed(state, id));
    const found = filtered(named, params, volumeFields);
    // EC2 API reference, DescribeVolumes: MaxResults of 5 to 1,000, and not together with ids.
    const { items, nextToken } = page(found, params, { min: 5, max: 1000, ids: 'VolumeId' });
    return itemSet('volumeSet', items, (item) => volumeXml(item, statusOf(item))) + nextToken;
  },

  DeleteVolume(state, params) {
    const volume = volumeNamed(state, params.required('VolumeId'));
    // EC2 API reference, DeleteVolume: "The volume must be in the available state (not attached to an instance)".
    if (volume.attachedTo !== undefined) {
      throw new Ec2Error('VolumeInUse', `Volume ${volume.id} is currently attached to ${volume.attachedTo}`);
    }
    state.volumes.delete(volume.id);
    return field('return', true);
  },
};

function newVolume(state: Ec2State, params: QueryParams, token: string | undefined, asked: string): Volume {
  const zone = params.required('AvailabilityZone');
  // Here an account has the zones that its subnets are in.
  if (![...state.subnets.values()].some((subnet) => subnet.zone === zone)) {
    throw new Ec2Error('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
  }
  if (token !== undefined && token.length > 64) throw invalidValue('A client token has at most 64 characters');
  const size = params.number('Size');
  // CreateVolume, Size: "You must specify either a snapshot ID or a volume size."
  if (size === undefined) throw missing('size/snapshot');
  const shape = shaped({
    type: params.text('VolumeType') ?? 'gp2',
    size,
    iops: params.number('Iops'),
    throughput: params.number('Throughput'),
  });
  const encrypted = params.flag('Encrypted');
  const kmsKeyId = params.text('KmsKeyId');
  // CreateVolume, KmsKeyId: "If KmsKeyId is specified, the encrypted state must be true."
  if (kmsKeyId !== undefined && !encrypted) {
    throw new Ec2Error(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  }
  const tags = params.tagsFor('volume');
  return {
    ...shape,
    id: state.newId('vol'),
    zone,
    encrypted,
    kmsKeyId,
    token,
    asked,
    createdAt: state.now(),
    attachedTo: undefined,
    mounted: false,
    busy: false,
    tags,
  };
}

const statusOf = (item: Volume): string => (item.attachedTo === undefined ? 'available' : 'in-use');

function volumeXml(item: Volume, status: string): string {
  const attachment = (instanceId: string) =>
    field('volumeId', item.id) + field('instanceId', instanceId) + field('status', item.busy ? 'busy' : 'attached');
  return [
    field('volumeId', item.id),
    field('size', item.size),
    field('snapshotId', ''),
    field('availabilityZone', item.zone),
    field('status', status),
    field('createTime', new Date(item.createdAt).toISOString()),
    itemSet('attachmentSet', item.attachedTo === undefined ? [] : [item.attachedTo], attachment),
    field('volumeType', item.type),
    field('iops', item.iops),
    field('throughput', item.throughput),
    field('encrypted', item.encrypted),
    field('kmsKeyId', item.kmsKeyId),
    field('multiAttachEnabled', false),
    tagSet(item.tags),
  ].join('');
}
