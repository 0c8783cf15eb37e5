import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { type Aws, openAws } from '../../../common/aws/open-aws.ts';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import type { RecordStore } from '../../../common/ports/record-store.ts';
import { dynamoDbRecordStore } from '../../../common/store/clouddb/open.ts';
import { ensureTable } from '../../../common/store/clouddb/table-setup.ts';
import { configMapRecordStore } from '../../../common/store/k8sdb/open.ts';
import { type Built, ensureBuilt } from '../../../scripts/build/ensure-built.ts';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { Fabric } from '../../../scripts/rig/network/fabric.ts';
import {
  addInstance,
  type FollowedCloud,
  followCloud,
  type NodeKind,
} from '../../../scripts/rig/network/follow-cloud.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { defaultPrincipal, type Topology } from '../../cloud/topology.ts';
import { type Gate, openGate } from './gate.ts';
import { makeMemberAccount } from './member-account.ts';
import { e2eTopology } from './nodes.ts';

/** Name of the FireCamp cluster in the end-to-end tests. */
export const cluster = 'e2e';

export interface WorldOptions {
  readonly topology?: Topology;
  readonly cloud?: CloudOptions;
  /** By node name. */
  readonly kinds?: Readonly<Record<string, NodeKind>>;
  /** In place of one that this world starts; whoever started it ends it. */
  readonly api?: KubeApi;
}

/**
 * Real programs on a real network: namespaces as nodes whose routes follow the simulated EC2, a real API server, DynamoDB Local. The calling
 * process is the router, inside `enterNamespace`.
 */
export class World implements AsyncDisposable {
  readonly built: Built;
  readonly cloud: Cloud;
  readonly fabric: Fabric;
  readonly api: KubeApi;
  readonly namespace: string;
  readonly stores: Readonly<Record<'clouddb' | 'k8sdb', RecordStore>>;
  readonly apiGate: Gate;
  readonly dynamoGate: Gate;
  readonly dir: string;
  readonly #followed: FollowedCloud;
  readonly #closers: AsyncDisposableStack;
  #names = 0;
  #addresses = 0;

  private constructor(parts: {
    built: Built;
    cloud: Cloud;
    fabric: Fabric;
    api: KubeApi;
    namespace: string;
    stores: World['stores'];
    apiGate: Gate;
    dynamoGate: Gate;
    dir: string;
    followed: FollowedCloud;
    closers: AsyncDisposableStack;
  }) {
    this.built = parts.built;
    this.cloud = parts.cloud;
    this.fabric = parts.fabric;
    this.api = parts.api;
    this.namespace = parts.namespace;
    this.stores = parts.stores;
    this.apiGate = parts.apiGate;
    this.dynamoGate = parts.dynamoGate;
    this.dir = parts.dir;
    this.#followed = parts.followed;
    this.#closers = parts.closers;
  }

  /** Starts everything; whatever was started is ended when a later part fails. */
  static async start(options: WorldOptions = {}): Promise<World> {
    await using failing = new AsyncDisposableStack();
    const topology = options.topology ?? e2eTopology();
    const built = await ensureBuilt();
    const dir = await mkdtemp(join(tmpdir(), 'firecamp-e2e-'));
    failing.defer(() => rm(dir, { recursive: true, force: true }));
    const fabric = failing.use(await Fabric.create({ subnets: topology.subnets.map((one) => one.cidr) }));
    const cloud = await startCloud(topology, { host: fabric.serviceIp, ...options.cloud });
    failing.defer(() => cloud.close());
    const followed = await connect(fabric, cloud, topology, options.kinds ?? {});
    failing.defer(async () => {
      followed.stop();
      await followed.settled();
    });
    const [api, dynamo] = await Promise.all([options.api ?? startKubeApi(), startDynamoDbLocal()]);
    if (options.api === undefined) failing.defer(() => api.stop());
    failing.defer(() => dynamo.stop());
    const namespace = await api.newNamespace();
    await makeMemberAccount(api, namespace);
    const stores = await openStores(failing, api, dynamo.url, namespace, dir);
    const apiGate = failing.use(await openGate(fabric.serviceIp, Number(new URL(api.url).port)));
    const dynamoGate = failing.use(await openGate(fabric.serviceIp, Number(new URL(dynamo.url).port)));
    const closers = failing.move();
    return new World({ built, cloud, fabric, api, namespace, stores, apiGate, dynamoGate, dir, followed, closers });
  }

  /** A name that nothing else in this world has. */
  newName(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  /** An address of zone a's reservation that nothing else in this world has. */
  newAddress(): string {
    this.#addresses += 1;
    return `10.0.1.${191 + this.#addresses}`;
  }

  /** Waits until the network follows EC2. */
  settled(): Promise<void> {
    return this.#followed.settled();
  }

  /** The variables that every program of a pod on this node gets, besides its own. */
  nodeEnvironment(instanceId: string): Record<string, string> {
    const { endpoints } = this.cloud;
    return {
      PATH: process.env['PATH'] ?? '',
      AWS_REGION: endpoints.region,
      AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
      AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
      AWS_ENDPOINT_URL_EC2: endpoints.ec2,
      AWS_ENDPOINT_URL_ROUTE_53: endpoints.route53,
      AWS_ENDPOINT_URL_STS: endpoints.sts,
      AWS_ENDPOINT_URL_DYNAMODB: `http://${this.fabric.serviceIp}:${this.dynamoGate.port}`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoints.imds[instanceId] ?? '',
      FIRECAMP_DNS_SERVERS: endpoints.dns,
      FIRECAMP_K8S_URL: `https://${this.fabric.serviceIp}:${this.apiGate.port}`,
      FIRECAMP_K8S_CA_FILE: this.api.caFile,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'debug',
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closers.disposeAsync();
  }
}

/** Name of a node in the fabric: its Name tag. */
export function nodeName(topology: Topology, instanceId: string): string {
  return topology.instances.find((one) => one.id === instanceId)?.tags?.['Name'] ?? instanceId;
}

async function connect(
  fabric: Fabric,
  cloud: Cloud,
  topology: Topology,
  kinds: Readonly<Record<string, NodeKind>>,
): Promise<FollowedCloud> {
  for (const spec of topology.instances) {
    const name = nodeName(topology, spec.id);
    await addInstance(fabric, cloud.ec2, spec, name, kinds[name]);
  }
  const isNode = (instanceId: string) => topology.instances.some(({ id }) => id === instanceId);
  return followCloud(fabric, cloud.ec2, (id) => (isNode(id) ? nodeName(topology, id) : undefined));
}

async function openStores(
  closers: AsyncDisposableStack,
  api: KubeApi,
  dynamoUrl: string,
  namespace: string,
  dir: string,
): Promise<World['stores']> {
  // The SDK reads its endpoint from the environment, here as in the programs.
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamoUrl;
  const keys = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
  };
  const aws: Aws = openAws(awsConfigFrom(keys));
  closers.defer(async () => aws.close());
  const signal = AbortSignal.timeout(60_000);
  await ensureTable(aws.clients, cluster, () => sleep(50), { signal });
  const tokenFile = join(dir, 'admin-token');
  await writeFile(tokenFile, api.adminToken);
  const client = new ApiClient({ server: api.url, caFile: api.caFile, tokenFile });
  closers.defer(async () => client.close());
  return {
    clouddb: dynamoDbRecordStore(aws.clients, cluster),
    k8sdb: configMapRecordStore(client, cluster, namespace),
  };
}
