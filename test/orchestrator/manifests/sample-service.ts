import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import type { ClusterFacts, MemberFacts, ServiceFacts } from '../../../orchestrator/manifests/service-facts.ts';

/** A service of three members with static IPs and both volumes: whatever can be set is set. */
export const redis: ServiceDefinition = {
  cluster: 'c1',
  namespace: 'data',
  name: 'redis',
  type: 'stateful',
  replicas: 3,
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  image: 'redis:7.4',
  command: ['redis-server'],
  args: ['/data/conf/redis.conf'],
  env: { REDIS_PORT: '6379', LANG: 'C' },
  resources: { maxCpuUnits: 2000, reserveCpuUnits: 256, maxMemMb: 2048, reserveMemMb: 1536 },
  ports: [
    { name: 'client', containerPort: 6379, isServicePort: true, declared: true },
    { name: 'bus', containerPort: 16_379, isServicePort: false, declared: false },
  ],
  dataVolume: volume('/data', { sizeGb: 1024, iops: 4000, throughput: 250, encrypted: true, kmsKeyId: 'alias/data' }),
  journalVolume: volume('/journal', { volumeType: 'io2', sizeGb: 10, iops: 1000 }),
  staticIp: true,
  registerDns: true,
  domain: 'c1-firecamp.com',
  configFiles: [],
  readiness: { command: ['redis-cli', 'ping'], initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 3 },
  liveness: { command: ['redis-cli', 'ping'], initialDelaySeconds: 0, periodSeconds: 30, timeoutSeconds: 5 },
  dbType: 'clouddb',
  detachPolicy: 'detach',
  region: 'us-east-1',
  kubernetesCluster: 'eks-prod',
  terminationGracePeriodSeconds: 60,
  images: { org: 'registry.example.com/firecamp', release: '0.1.0' },
  settings: { AWS_ENDPOINT_URL_EC2: 'https://vpce-1.ec2.us-east-1.vpce.amazonaws.com', LOG_LEVEL: 'debug' },
  testMode: false,
};

/** The least a stateful service can be: no volume, no address, no name, no port. */
export const bare: ServiceDefinition = {
  ...redis,
  ...{ name: 'bare', replicas: 1, zones: [], image: 'localhost:5000/bare', command: [], args: [], env: {}, ports: [] },
  ...{ dataVolume: undefined, journalVolume: undefined, readiness: undefined, liveness: undefined },
  ...{ staticIp: false, registerDns: false, dbType: 'k8sdb' as const, settings: {} },
  resources: { maxCpuUnits: 0, reserveCpuUnits: 0, maxMemMb: 0, reserveMemMb: 0 },
};

export const stateless: ServiceDefinition = {
  ...redis,
  ...{ name: 'front', type: 'stateless' as const, dataVolume: undefined, journalVolume: undefined },
  ...{ staticIp: false, registerDns: false, settings: {} },
};

export const facts: ServiceFacts = {
  serviceUuid: '5f2a9c3e7b1d4f60a8e2c4b6d8f01234',
  members: [member(0, 'us-east-1a'), member(1, 'us-east-1b'), member(2, 'us-east-1c')],
};

/** Before a service is created nothing is known of it. */
export const nothingKnown: ServiceFacts = { serviceUuid: undefined, members: [] };

export const cluster: ClusterFacts = {
  kubeVersion: { major: 1, minor: 34 },
  vpcCni: 'present',
  subnetLabel: 'example.com/subnet-id',
};

export const oldCluster: ClusterFacts = { ...cluster, kubeVersion: { major: 1, minor: 28 } };

function member(ordinal: number, zone: string): MemberFacts {
  return {
    ordinal,
    zone,
    subnetId: `subnet-0${ordinal}`,
    staticIp: `10.0.${ordinal}.21`,
    dataVolumeId: `vol-0d${ordinal}`,
    journalVolumeId: `vol-0e${ordinal}`,
  };
}

function volume(mountPath: string, more: Partial<NonNullable<ServiceDefinition['dataVolume']>>) {
  const none = { iops: undefined, throughput: undefined, encrypted: false, kmsKeyId: undefined };
  return { mountPath, volumeType: 'gp3', sizeGb: 1, ...none, ...more };
}
