import { eventually } from '../../e2e/harness/standing.ts';
import type { ClusterService } from './cluster-service.ts';
import type { ServiceFile } from './service-file.ts';

/** A Redis Cluster's service file, after the example that `firecamp init redis` writes; `parts` replace fields of it. */
export function redisService(
  parts: Partial<ServiceFile> & Pick<ServiceFile, 'name' | 'image' | 'replicas'>,
): ServiceFile {
  return {
    command: ['redis-server', '/data/conf/redis.conf'],
    staticIp: true,
    resources: { reserveCpuUnits: 10, reserveMemMb: 16 },
    ports: [
      { name: 'redis', containerPort: 6379 },
      { name: 'bus', containerPort: 16379, isServicePort: false },
    ],
    configFiles: [{ name: 'redis.conf', mode: '0644', content: redisConf }],
    readiness: {
      command: ['sh', '-c', 'redis-cli -h "$(cat /data/conf/firecamp-service-staticip)" ping | grep -q PONG'],
      periodSeconds: 1,
    },
    terminationGracePeriodSeconds: 30,
    ...parts,
  };
}

// What Redis acknowledges is on the disk: nothing acknowledged may be lost.
const redisConf = `dir /data
bind {{member.staticIp}}
port {{port.redis}}
cluster-announce-ip {{member.staticIp}}
appendonly yes
appendfsync always
cluster-enabled yes
cluster-config-file /data/nodes.conf
cluster-node-timeout 5000
protected-mode no
`;

/** Makes a Redis Cluster of the members, as the service's initialisation does: once, by a task. */
export async function formRedisCluster(service: ClusterService): Promise<void> {
  const members = service.addresses.map((ip) => `${ip}:6379`);
  const create = ['redis-cli', '--cluster', 'create', ...members, '--cluster-yes'];
  await service.firecamp('task run', service.name, 'init', '--', ...create);
  await eventually('the task init has succeeded', () => taskSucceeded(service), 60_000);
}

async function taskSucceeded(service: ClusterService): Promise<boolean> {
  const status = await service.firecamp('task status', service.name, 'init', '-o', 'json');
  return /"success"/.test(status);
}
