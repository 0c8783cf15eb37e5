import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import type { OrchestratorSettings } from '../../../orchestrator/operation.ts';

/** Three members in three zones, each with an address, a name, both volumes, and config files of both kinds. */
export function redisIn(settings: OrchestratorSettings, changed: Partial<ServiceDefinition> = {}): ServiceDefinition {
  const none = { iops: undefined, throughput: undefined, encrypted: true, kmsKeyId: undefined };
  return {
    ...{ cluster: settings.cluster, namespace: settings.namespace, dbType: settings.dbType },
    ...{ name: 'redis', type: 'stateful', replicas: 3, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] },
    ...{ image: 'redis:8.2', command: [], args: [], env: {} },
    resources: { maxCpuUnits: 0, reserveCpuUnits: 250, maxMemMb: 0, reserveMemMb: 256 },
    ports: [{ name: 'redis', containerPort: 6379, isServicePort: true, declared: false }],
    dataVolume: { mountPath: '/data', volumeType: 'gp3', sizeGb: 20, ...none },
    journalVolume: { mountPath: '/journal', volumeType: 'gp3', sizeGb: 10, ...none },
    ...{ staticIp: true, registerDns: true, domain: `${settings.cluster}-firecamp.com` },
    configFiles: [
      { name: 'redis.conf', mode: 0o644, content: 'bind {{member.staticIp}}\nport {{port.redis}}\n' },
      { name: 'members', mode: 0o600, content: '{{#members}}\n{{each.name}} {{each.staticIp}}\n{{/members}}\n' },
    ],
    ...{
      readiness: undefined,
      liveness: undefined,
      detachPolicy: 'detach',
      region: 'us-east-1',
      kubernetesCluster: settings.cluster,
    },
    ...{
      terminationGracePeriodSeconds: 60,
      images: { org: 'cloudstax', release: '1.0.0' },
      settings: {},
      testMode: false,
    },
    ...changed,
  };
}
