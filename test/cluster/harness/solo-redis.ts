import type { ServiceFile } from './service-file.ts';

/** One Redis with an address of its own and nothing on disk, so that nothing but the address ties it to a node. */
export function soloRedis(name: string, image: string, settings: Readonly<Record<string, string>> = {}): ServiceFile {
  return {
    name,
    replicas: 1,
    image,
    command: ['redis-server', '/data/conf/redis.conf'],
    staticIp: true,
    settings,
    resources: { reserveCpuUnits: 10, reserveMemMb: 16 },
    ports: [{ name: 'redis', containerPort: 6379 }],
    configFiles: [{ name: 'redis.conf', mode: '0644', content: redisConf }],
    readiness: {
      command: ['sh', '-c', 'redis-cli -h "$(cat /data/conf/firecamp-service-staticip)" ping | grep -q PONG'],
      periodSeconds: 1,
    },
    terminationGracePeriodSeconds: 15,
  };
}

const redisConf = `dir /data
bind {{member.staticIp}}
port {{port.redis}}
save ""
protected-mode no
`;
