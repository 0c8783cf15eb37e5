/** Any image; every field of a service file with its meaning. */
export const imageExample = `# A service of any image. What is commented out has the value shown, or none.
# The form of this file: firecamp schema. The Kubernetes objects it makes: firecamp render -f image.yaml
cluster: demo
# namespace: default
# Records in ConfigMaps of the namespace; clouddb, FireCamp's own default, has them in the DynamoDB table <cluster>-firecamp-table.
dbType: k8sdb
name: myservice
# type: stateful
replicas: 3
# Member n lives in zone n modulo their number.
zones: [us-east-1a, us-east-1b, us-east-1c]
# That of the zones:
# region: us-east-1

image: example.com/myservice:1.0
# In place of the image's entry point and arguments:
# command: []
# args: []
# Values are text: quote numbers and yes or no.
env:
  LISTEN_PORT: "7000"

# Processor in thousandths of a core, memory in MiB; 0 is no limit.
resources:
  reserveCpuUnits: 256
  maxCpuUnits: 0
  reserveMemMb: 256
  maxMemMb: 0

# An address that stays with the member, in /data/conf/firecamp-service-staticip. The member is on its node's network then.
staticIp: true
# A name that stays with the member, <member>.<domain>.
# registerDns: true
# domain: demo-firecamp.com

ports:
  - name: client
    containerPort: 7000
    # Whether clients use it, or members among themselves only.
    isServicePort: true
    # Only where members bind all addresses: the port is taken on the whole node then.
    declared: false

# An EBS volume for each member; journalVolume is a second one, in /journal.
dataVolume:
  sizeGb: 10
  volumeType: gp3
  # IOPS and MiB/s of the volume beyond what gp3 includes:
  iops: 4000
  throughput: 250
  encrypted: true
  # kmsKeyId: alias/my-key
  # mountPath: /data

# Files for /data/conf. The mode is octal and quoted.
configFiles:
  - name: myservice.conf
    mode: "0644"
    content: |
      port = 7000

# readiness:
#   command: [/bin/check-ready]
#   initialDelaySeconds: 0
#   periodSeconds: 10
#   timeoutSeconds: 5
# liveness:
#   command: [/bin/check-alive]

# On release: detach takes the address off the interface, keep leaves it there until the next claim.
# detachPolicy: detach
# What the EBS CSI driver calls the cluster (--k8s-tag-cluster-id), for the tags of new volumes:
# kubernetesCluster: demo
# terminationGracePeriodSeconds: 60
# images:
#   org: cloudstax
#   # Unless given, the version of firecamp:
#   release: "0.1.0"
# Variables of firecamp's own two containers, such as the endpoints of a network without a way to the internet:
# settings:
#   AWS_ENDPOINT_URL_EC2: https://vpce-0123456789abcdef0-abcdefgh.ec2.us-east-1.vpce.amazonaws.com
#   LOG_LEVEL: debug
# Pods that change nothing and start on any cluster:
# testMode: false
`;
