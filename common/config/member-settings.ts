import { isIpv4 } from '../domain/ipv4.ts';
import {
  absolutePath,
  addressList,
  httpsUrl,
  oneOf,
  optional,
  text,
  wholeNumber,
  withDefault,
  yesNo,
} from '../runtime/setting-types.ts';
import type { SettingTable } from '../runtime/settings.ts';

const name = /^[a-zA-Z][a-zA-Z0-9-]{0,57}$/;
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * What both programs of a member can be told. The names and meanings of the first six are FireCamp's.
 */
export const memberSettings = {
  testMode: yesNo({
    env: 'TESTMODE',
    help: 'Change nothing anywhere: validate the configuration, print it and the plan, and end.',
  }),
  cluster: text(
    { env: 'CLUSTER', flag: 'cluster', help: 'Name of the FireCamp cluster.' },
    'letters, digits and hyphens, starting with a letter, at most 58',
    name,
  ),
  serviceName: text(
    { env: 'SERVICE_NAME', flag: 'service-name', help: 'Name of the stateful service.' },
    'letters, digits and hyphens, starting with a letter, at most 58',
    name,
  ),
  memberName: text(
    {
      env: 'POD_NAME',
      flag: 'member-name',
      help: 'Name of the member, which is the name of its pod (metadata.name).',
    },
    'a pod name: lower-case letters, digits, hyphens and dots, at most 253',
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  ),
  namespace: text(
    { env: 'K8S_NAMESPACE', flag: 'namespace', help: 'Kubernetes namespace of the pod (metadata.namespace).' },
    'a namespace name: lower-case letters, digits and hyphens, at most 63',
    dnsLabel,
  ),
  dbType: oneOf(
    {
      env: 'DB_TYPE',
      flag: 'dbtype',
      help: 'Where the records are: clouddb is DynamoDB, k8sdb is ConfigMaps. (memdb lives in one process and serves tests only.)',
    },
    ['clouddb', 'k8sdb'],
  ),
  podUid: text(
    { env: 'POD_UID', flag: 'pod-uid', help: 'UID of the pod (metadata.uid): who claims.' },
    'a UID as Kubernetes writes it: 8-4-4-4-12 lower-case hex digits',
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ),
  serviceUuid: optional(
    text(
      {
        env: 'SERVICE_UUID',
        flag: 'service-uuid',
        help: 'UUID of the service; without it one more look-up, by the service’s name.',
      },
      '32 lower-case hex digits',
      /^[0-9a-f]{32}$/,
    ),
  ),
  nodeName: optional(
    text(
      { env: 'NODE_NAME', flag: 'node-name', help: 'Name of the node (spec.nodeName): for the log.' },
      'a node name: lower-case letters, digits, hyphens and dots, at most 253',
      /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    ),
  ),
  hostIp: optional({
    env: 'HOST_IP',
    flag: 'host-ip',
    help: 'Address of the node (status.hostIP): the value of the DNS name of a member without a static IP.',
    allowed: 'an IPv4 address',
    parse: (given: string) => (isIpv4(given) ? given : undefined),
  }),
  region: optional(
    text(
      { env: 'AWS_REGION', flag: 'region', help: 'AWS region; without it, asked of the instance metadata service.' },
      'an AWS region such as us-east-1',
      /^[a-z]{2,}(-[a-z0-9]+)+-\d+[a-z]?$/,
    ),
  ),
  detachPolicy: withDefault(
    oneOf(
      {
        env: 'DETACH_POLICY',
        flag: 'detach-policy',
        help: 'On release: detach takes the address off the interface in EC2 (its subnet needs an explicit CIDR reservation, or AWS may give the address away); keep leaves it there until the next claim moves it.',
      },
      ['detach', 'keep'],
    ),
    'detach',
  ),
  vpcCni: withDefault(
    oneOf(
      {
        env: 'VPC_CNI',
        flag: 'vpc-cni',
        help: 'Whether the Amazon VPC CNI runs on the node; auto looks for its traces in the host’s network, and takes it as present when that cannot be told.',
      },
      ['auto', 'present', 'absent'],
    ),
    'auto',
  ),
  dataDir: withDefault(
    absolutePath({ env: 'FIRECAMP_DATA_DIR', flag: 'data-dir', help: 'Where the member’s data volume is mounted.' }),
    '/data',
  ),
  runDir: withDefault(
    absolutePath({
      env: 'FIRECAMP_RUN_DIR',
      flag: 'run-dir',
      help: 'Memory volume shared by the init and stop containers of the pod.',
    }),
    '/run/firecamp',
  ),
  addressLifetimeSeconds: withDefault(
    wholeNumber(
      {
        env: 'FIRECAMP_ADDRESS_LIFETIME',
        help: 'Seconds after which the host drops the address by itself when the stop container no longer renews it.',
      },
      10,
      3600,
    ),
    180,
  ),
  watchIntervalSeconds: withDefault(
    wholeNumber(
      { env: 'FIRECAMP_WATCH_INTERVAL', help: 'Seconds between two looks of the stop container at the address.' },
      1,
      60,
    ),
    3,
  ),
  dnsServers: addressList({
    env: 'FIRECAMP_DNS_SERVERS',
    help: 'Name servers to ask instead of the node’s own.',
  }),
  announce: yesNo({
    env: 'FIRECAMP_ANNOUNCE',
    help: 'Send a gratuitous ARP after a claim: only for plain layer 2 networks, a VPC needs none.',
  }),
  apiUrl: optional(
    httpsUrl({
      env: 'FIRECAMP_K8S_URL',
      help: 'API server, instead of the in-cluster KUBERNETES_SERVICE_HOST and _PORT.',
    }),
  ),
  apiTokenFile: withDefault(
    absolutePath({ env: 'FIRECAMP_K8S_TOKEN_FILE', help: 'Bearer token for the API server.' }),
    '/var/run/secrets/kubernetes.io/serviceaccount/token',
  ),
  apiCaFile: withDefault(
    absolutePath({ env: 'FIRECAMP_K8S_CA_FILE', help: 'CA certificate of the API server.' }),
    '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
  ),
  inClusterHost: optional(
    text(
      { env: 'KUBERNETES_SERVICE_HOST', help: 'API server’s host, set by kubelet.' },
      'a host name or address',
      /^\S+$/,
    ),
  ),
  inClusterPort: optional(
    wholeNumber({ env: 'KUBERNETES_SERVICE_PORT', help: 'API server’s port, set by kubelet.' }, 1, 65_535),
  ),
  terminationLog: withDefault(
    absolutePath({
      env: 'FIRECAMP_TERMINATION_LOG',
      help: 'Where the last line for people goes (kubelet shows it in the pod’s status).',
    }),
    '/dev/termination-log',
  ),
  logLevel: withDefault(
    oneOf({ env: 'LOG_LEVEL', flag: 'log-level', help: 'Least level that is logged.' }, [
      'debug',
      'info',
      'warn',
      'error',
    ]),
    'info',
  ),
  logFormat: withDefault(
    oneOf(
      {
        env: 'LOG_FORMAT',
        flag: 'log-format',
        help: 'Form of the log on stderr; auto is text at a terminal and JSON lines elsewhere.',
      },
      ['auto', 'json', 'text'],
    ),
    'auto',
  ),
} as const satisfies SettingTable;
