import { randomUUID } from 'node:crypto';
import { readServiceFile } from '../../orchestrator/definition/read-service-file.ts';
import type { ServiceFacts } from '../../orchestrator/manifests/service-facts.ts';

/** The FireCamp cluster, the service and its members that are shown. */
export const cluster = 'demo';
export const service = { name: 'redis', uuid: randomUUID().replaceAll('-', ''), domain: 'demo-firecamp.com' } as const;
export const members = [
  { name: 'redis-0', zone: 'us-east-1a', staticIp: '10.0.1.200' },
  { name: 'redis-1', zone: 'us-east-1b', staticIp: '10.0.2.200' },
  { name: 'redis-2', zone: 'us-east-1a', staticIp: '10.0.1.201' },
] as const;

/** The service's config files by name. */
export const configs = {
  'redis.conf': 'port 6379\nappendonly yes\ncluster-enabled yes\n',
  'sys.conf': 'PLATFORM=kubernetes\nCLUSTER=demo\n',
};

/** The service as a person writes it down. */
export const serviceFile = `cluster: ${cluster}
name: ${service.name}
replicas: ${members.length}
zones: [us-east-1a, us-east-1b]
image: redis:8.2
staticIp: true
ports:
  - name: redis
    containerPort: 6379
dataVolume:
  volumeType: gp3
  sizeGb: 20
configFiles:
${Object.entries(configs)
  .map(([name, content]) => `  - name: ${name}\n    content: ${JSON.stringify(content)}\n`)
  .join('')}`;

export const definition = readServiceFile(serviceFile, { file: 'redis.yaml', release: 'demo' });

/** What the records know of it. */
export const facts: ServiceFacts = {
  serviceUuid: service.uuid,
  members: members.map(({ zone, staticIp }, ordinal) => ({
    ...{ ordinal, zone, staticIp, subnetId: undefined },
    ...{ dataVolumeId: undefined, journalVolumeId: undefined },
  })),
};
