/** Redis Cluster whose nodes announce an address that never changes. */
export const redisExample = `# A Redis Cluster of three members. Each keeps its IP address and its name, redis-<n>.demo-firecamp.com, on whatever node it runs.
# The form of this file: firecamp schema. The Kubernetes objects it makes: firecamp render -f redis.yaml
cluster: demo
namespace: default
# Records in ConfigMaps of the namespace; clouddb, FireCamp's own default, has them in the DynamoDB table <cluster>-firecamp-table.
dbType: k8sdb
name: redis
replicas: 3
# Member n lives in zone n modulo their number: its volume and its address cannot leave the zone.
zones: [us-east-1a, us-east-1b, us-east-1c]
image: redis:8.2

# Members are on their nodes' network: each binds its own address alone, so that two services can share a node. When all run, once:
# redis-cli --cluster create <address>:6379 for each member.
command: [redis-server, /data/conf/redis.conf]

staticIp: true
ports:
  - name: redis
    containerPort: 6379
  # Members talk to each other here; clients have no use for it.
  - name: bus
    containerPort: 16379
    isServicePort: false

# Processor in thousandths of a core, memory in MiB.
resources:
  reserveCpuUnits: 500
  reserveMemMb: 1024
  maxMemMb: 1024

dataVolume:
  volumeType: gp3
  sizeGb: 20

# {{…}} is replaced by each member's own values.
configFiles:
  - name: redis.conf
    mode: "0644"
    content: |
      dir /data
      bind {{member.staticIp}}
      port {{port.redis}}
      cluster-announce-ip {{member.staticIp}}
      appendonly yes
      maxmemory 700mb
      cluster-enabled yes
      cluster-config-file /data/nodes.conf
      # Set a password (requirepass and masterauth) before clients other than members can reach the network.
      protected-mode no

readiness:
  command: [sh, -c, 'redis-cli -h "$(cat /data/conf/firecamp-service-staticip)" ping | grep -q PONG']
  periodSeconds: 5
liveness:
  command: [sh, -c, 'redis-cli -h "$(cat /data/conf/firecamp-service-staticip)" ping | grep -Eq "PONG|LOADING|NOAUTH"']
  initialDelaySeconds: 30

# After redis has saved what it has, the address is released.
terminationGracePeriodSeconds: 90
`;
