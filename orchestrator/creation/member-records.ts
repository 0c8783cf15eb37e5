import type { ConfigId, MemberRecord, ServiceAttrRecord, StaticIpRecord } from '../../common/domain/records.ts';
import { unsetOwner } from '../../common/domain/records.ts';
import { memberName } from '../manifests/names.ts';
import { nanoseconds } from '../records/config-versions.ts';
import type { VolumeIds } from './member-volumes.ts';

/** What a member's record shall say. */
export interface WantedMember {
  readonly ordinal: number;
  readonly zone: string;
  /** Empty for none. */
  readonly staticIp: string;
  readonly volumes: VolumeIds;
  readonly configs: readonly ConfigId[];
}

/** The record of a member that nobody has run yet. */
export function newMember(
  { serviceUuid, serviceName, volumes }: Pick<ServiceAttrRecord, 'serviceUuid' | 'serviceName' | 'volumes'>,
  wanted: WantedMember,
  wallMs: number,
): MemberRecord {
  return {
    serviceUuid,
    memberName: memberName(serviceName, wanted.ordinal),
    revision: 1n,
    lastModified: nanoseconds(wallMs),
    status: 'ACTIVE',
    zone: wanted.zone,
    ...unsetMember,
    volumes: {
      primaryVolumeId: wanted.volumes.dataVolumeId,
      primaryDeviceName: volumes.primaryDeviceName,
      journalVolumeId: wanted.volumes.journalVolumeId,
      journalDeviceName: volumes.journalDeviceName,
    },
    staticIp: wanted.staticIp,
    configs: wanted.configs,
    unknown: {},
  };
}

const unsetMember = {
  taskId: unsetOwner.taskId,
  containerInstanceId: unsetOwner.containerInstanceId,
  serverInstanceId: unsetOwner.serverInstanceId,
};

/** The record as it shall be; undefined when it is so already. */
export function changedMember(record: MemberRecord, wanted: WantedMember, wallMs: number): MemberRecord | undefined {
  const { dataVolumeId, journalVolumeId } = wanted.volumes;
  const { volumes, staticIp, configs } = record;
  const same =
    staticIp === wanted.staticIp &&
    volumes.primaryVolumeId === dataVolumeId &&
    volumes.journalVolumeId === journalVolumeId &&
    configs.length === wanted.configs.length &&
    configs.every(({ fileId }, index) => fileId === wanted.configs[index]?.fileId);
  if (same) return undefined;
  return {
    ...record,
    lastModified: nanoseconds(wallMs),
    volumes: { ...volumes, primaryVolumeId: dataVolumeId, journalVolumeId },
    staticIp: wanted.staticIp,
    configs: wanted.configs,
  };
}

/** The record of an address that no pod has claimed yet. */
export function newAddress(serviceUuid: string, ip: string, zone: string): StaticIpRecord {
  return {
    ip,
    revision: 1n,
    serviceUuid,
    zone,
    instanceId: unsetOwner.serverInstanceId,
    interfaceId: '',
    pastInterfaceIds: [],
    owner: undefined,
    unknown: {},
  };
}
