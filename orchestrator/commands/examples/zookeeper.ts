/** ZooKeeper whose members are known by name. */
export const zookeeperExample = `# A ZooKeeper ensemble of three members. Each keeps its name, zookeeper-<n>.demo-firecamp.com, which follows it from node to node.
# The form of this file: firecamp schema. The Kubernetes objects it makes: firecamp render -f zookeeper.yaml
cluster: demo
namespace: default
# Records in ConfigMaps of the namespace; clouddb, FireCamp's own default, has them in the DynamoDB table <cluster>-firecamp-table.
dbType: k8sdb
name: zookeeper
replicas: 3
zones: [us-east-1a, us-east-1b, us-east-1c]
image: zookeeper:3.9

# ZooKeeper reads the member's number from its data folder.
command:
  - sh
  - -c
  - cp /data/conf/myid /data/myid && exec zkServer.sh start-foreground /data/conf/zoo.cfg

env:
  # MiB; the limit below is for more than the heap.
  ZK_SERVER_HEAP: "512"

# Names are enough here: the name of a member has the address of the node that it runs on, and its ports are taken on that node.
staticIp: false
registerDns: true
ports:
  - name: client
    containerPort: 2181
  - name: peer
    containerPort: 2888
    isServicePort: false
  - name: election
    containerPort: 3888
    isServicePort: false

# Processor in thousandths of a core, memory in MiB.
resources:
  reserveCpuUnits: 250
  reserveMemMb: 1024
  maxMemMb: 1024

dataVolume:
  sizeGb: 10
# The transaction log on a volume of its own: every write waits for it.
journalVolume:
  sizeGb: 10

# {{…}} is replaced by each member's own values; what stands in the list is there once for each member.
configFiles:
  - name: myid
    mode: "0644"
    content: |
      {{member.number}}
  - name: zoo.cfg
    mode: "0644"
    content: |
      tickTime=2000
      initLimit=10
      syncLimit=5
      dataDir=/data
      dataLogDir=/journal
      clientPort={{port.client}}
      quorumListenOnAllIPs=true
      4lw.commands.whitelist=srvr,ruok
      {{#members}}
      server.{{each.number}}={{each.dnsName}}:{{port.peer}}:{{port.election}}
      {{/members}}

readiness:
  command: [sh, -c, 'zkServer.sh status /data/conf/zoo.cfg']
`;
