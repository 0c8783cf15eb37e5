import type { RecordOf, StaticIpRecord } from '../../common/domain/records.ts';

/** Records of one small service, in every kind; hand-written in FireCamp's layout under test/golden. */
export const serviceUuid = '5f2a9c3e7b1d4f60a8e2c4b6d8f01234';

export const samples: RecordOf = {
  device: { cluster: 'prod', deviceName: '/dev/xvdf', serviceName: 'myredis' },
  service: { cluster: 'prod', serviceName: 'myredis', serviceUuid },
  serviceAttr: {
    serviceUuid,
    revision: 1n,
    cluster: 'prod',
    serviceName: 'myredis',
    lastModified: 1537209600123456789n,
    serviceType: 'stateful',
    status: 'ACTIVE',
    replicas: 3,
    resources: { maxCpuUnits: 0, reserveCpuUnits: 256, maxMemMb: 0, reserveMemMb: 256 },
    registerDns: true,
    domainName: 'prod-firecamp.com',
    hostedZoneId: 'Z2FDTNDATAQYW2',
    requireStaticIp: true,
    configs: [
      { fileName: 'service.conf', fileId: 'service-8d3f-0', fileMd5: '9e107d9d372bb6826bd81d3542a419d6' },
      { fileName: 'redis.conf', fileId: 'redis-77ab-2', fileMd5: 'e4d909c290d0fb1ca068ffaddf22cbd0' },
    ],
    catalogServiceType: 'redis',
    volumes: {
      primaryDeviceName: '/dev/xvdf',
      primaryVolume: { volumeType: 'gp2', sizeGb: 20, iops: 0, encrypted: false },
      journalDeviceName: '',
      journalVolume: { volumeType: '', sizeGb: 0, iops: 0, encrypted: false },
    },
    namespace: undefined,
    definition: undefined,
    unknown: {},
  },
  member: {
    serviceUuid,
    memberName: 'myredis-0',
    revision: 1n,
    lastModified: 1537209600987654321n,
    status: 'ACTIVE',
    zone: 'us-east-1a',
    taskId: 'defaultTaskID',
    containerInstanceId: 'defaultContainerInstanceID',
    serverInstanceId: 'i-0abc1234def567890',
    volumes: {
      primaryVolumeId: 'vol-049df61146c4d7901',
      primaryDeviceName: '/dev/xvdf',
      journalVolumeId: '',
      journalDeviceName: '',
    },
    staticIp: '10.0.1.21',
    configs: [],
    unknown: {},
  },
  configFile: {
    serviceUuid,
    fileId: 'redis-77ab-2',
    revision: 1n,
    fileName: 'redis.conf',
    lastModified: 1537209600000000001n,
    fileMode: 0o600,
    fileMd5: 'e4d909c290d0fb1ca068ffaddf22cbd0',
    content: 'bind 0.0.0.0\nif [ "$A" < "$B" ] && [ 1 > 0 ]; then\n\techo \\"ok\\"\nfi\n',
    unknown: {},
  },
  staticIp: {
    ip: '10.0.1.21',
    revision: 1n,
    serviceUuid,
    zone: 'us-east-1a',
    instanceId: 'i-0abc1234def567890',
    interfaceId: 'eni-0123456789abcdef0',
    pastInterfaceIds: [],
    owner: undefined,
    unknown: {},
  },
};

/** The address record as this project writes it, with all that is ours. */
export const claimed = {
  ...samples.staticIp,
  pastInterfaceIds: ['eni-0fedcba9876543210'],
  owner: {
    namespace: 'redis',
    podName: 'myredis-0',
    podUid: '0d1f4c8e-52b1-4bb7-9d53-8a7b6c5d4e3f',
    podCreatedAt: '2026-11-22T05:00:00Z',
    epoch: 7,
    state: 'owned',
    changedAt: '2026-11-22T05:00:03.250Z',
    phaseMillis: { observe: 61, assign: 402, confirm: 733 },
  },
} satisfies StaticIpRecord;
