import type {
  AddressOwner,
  ConfigFileRecord,
  ConfigId,
  MemberRecord,
  MemberVolumes,
  Resources,
  ServiceAttrRecord,
  ServiceVolume,
  ServiceVolumes,
  StaticIpRecord,
} from '../../domain/records.ts';
import {
  type Codec,
  count,
  countsByName,
  flag,
  int64,
  jsonObject,
  list,
  oneOf,
  optional,
  optionalList,
  requiredText,
  struct,
  text,
} from './fields.ts';

/*
 * The JSON objects inside the records, field by field in the order of FireCamp's Go structs
 * (github.com/cloudstax/firecamp, api/common/service.go). Fields that are ours stand last.
 */

type Known<T> = Omit<T, 'unknown'>;

const configId = struct<Known<ConfigId>>({
  fileName: ['FileName', text],
  fileId: ['FileID', text],
  fileMd5: ['FileMD5', text],
});

const resources = struct<Known<Resources>>({
  maxCpuUnits: ['MaxCPUUnits', count],
  reserveCpuUnits: ['ReserveCPUUnits', count],
  maxMemMb: ['MaxMemMB', count],
  reserveMemMb: ['ReserveMemMB', count],
});

const serviceVolume = struct<Known<ServiceVolume>>({
  volumeType: ['VolumeType', text],
  sizeGb: ['VolumeSizeGB', count],
  iops: ['Iops', count],
  encrypted: ['Encrypted', flag],
});

const serviceVolumes = struct<Known<ServiceVolumes>>({
  primaryDeviceName: ['PrimaryDeviceName', text],
  primaryVolume: ['PrimaryVolume', serviceVolume],
  journalDeviceName: ['JournalDeviceName', text],
  journalVolume: ['JournalVolume', serviceVolume],
});

/**
 * FireCamp keeps the id as Route 53's answers have it, `/hostedzone/Z…` (pkg/dns/awsroute53); most requests and all comparisons take it
 * without the path, which FireCamp understands as well.
 */
const hostedZoneId: Codec<string> = {
  decode: (json, path) => text.decode(json, path).replace(/^\/hostedzone\//, ''),
  encode: text.encode,
};

type ServiceMetaFields = 'cluster' | 'serviceName' | 'lastModified' | 'serviceType' | 'status';

export const serviceMeta = struct<Pick<ServiceAttrRecord, ServiceMetaFields>>({
  cluster: ['ClusterName', text],
  serviceName: ['ServiceName', text],
  lastModified: ['LastModified', int64],
  serviceType: ['ServiceType', text],
  status: ['ServiceStatus', text],
});

export const serviceSpec = struct<Omit<ServiceAttrRecord, ServiceMetaFields | 'serviceUuid' | 'revision' | 'unknown'>>({
  replicas: ['Replicas', count],
  resources: ['Resource', resources],
  registerDns: ['RegisterDNS', flag],
  domainName: ['DomainName', text],
  hostedZoneId: ['HostedZoneID', hostedZoneId],
  requireStaticIp: ['RequireStaticIP', flag],
  configs: ['ServiceConfigs', list(configId)],
  catalogServiceType: ['CatalogServiceType', text],
  volumes: ['Volumes', serviceVolumes],
  namespace: ['Namespace', optional(text)],
  definition: ['Definition', optional(jsonObject)],
});

export const memberMeta = struct<Pick<MemberRecord, 'lastModified' | 'status'>>({
  lastModified: ['LastModified', int64],
  status: ['Status', text],
});

const memberVolumes = struct<Known<MemberVolumes>>({
  primaryVolumeId: ['PrimaryVolumeID', text],
  primaryDeviceName: ['PrimaryDeviceName', text],
  journalVolumeId: ['JournalVolumeID', text],
  journalDeviceName: ['JournalDeviceName', text],
});

type MemberSpecFields = Exclude<
  keyof MemberRecord,
  'serviceUuid' | 'memberName' | 'revision' | 'lastModified' | 'status' | 'unknown'
>;

export const memberSpec = struct<Pick<MemberRecord, MemberSpecFields>>({
  zone: ['AvailableZone', text],
  taskId: ['TaskID', text],
  containerInstanceId: ['ContainerInstanceID', text],
  serverInstanceId: ['ServerInstanceID', text],
  volumes: ['Volumes', memberVolumes],
  staticIp: ['StaticIP', text],
  configs: ['Configs', list(configId)],
});

export const configFileMeta = struct<Pick<ConfigFileRecord, 'fileName' | 'lastModified'>>({
  fileName: ['FileName', text],
  lastModified: ['LastModified', int64],
});

export const configFileSpec = struct<Pick<ConfigFileRecord, 'fileMode' | 'fileMd5' | 'content'>>({
  fileMode: ['FileMode', count],
  fileMd5: ['FileMD5', text],
  content: ['Content', text],
});

const addressOwner = struct<Known<AddressOwner>>({
  namespace: ['Namespace', requiredText],
  podName: ['PodName', requiredText],
  podUid: ['PodUID', requiredText],
  podCreatedAt: ['PodCreatedAt', requiredText],
  epoch: ['Epoch', count],
  state: ['State', oneOf('claiming', 'owned', 'releasing', 'released')],
  changedAt: ['ChangedAt', text],
  phaseMillis: ['PhaseMillis', countsByName],
});

export const staticIpSpec = struct<Omit<StaticIpRecord, 'ip' | 'revision' | 'unknown'>>({
  serviceUuid: ['ServiceUUID', text],
  zone: ['AvailableZone', text],
  instanceId: ['ServerInstanceID', text],
  interfaceId: ['NetworkInterfaceID', text],
  pastInterfaceIds: ['PastNetworkInterfaceIDs', optionalList(text)],
  owner: ['Owner', optional(addressOwner)],
});
