import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { awsConfigFrom } from '../../common/aws/aws-config.ts';
import { openAws } from '../../common/aws/open-aws.ts';
import type { RecordStore } from '../../common/ports/record-store.ts';
import { dynamoDbRecordStore } from '../../common/store/clouddb/open.ts';
import { ensureTable } from '../../common/store/clouddb/table-setup.ts';
import { type Cloud, startCloud } from '../../test/cloud/cloud.ts';
import { defaultPrincipal, type Topology } from '../../test/cloud/topology.ts';
import { startDynalite } from '../rig/dynalite.ts';
import { writeServiceRecords } from '../rig/service-records.ts';
import { type KubeEndpoint, namespace, startKubeEndpoint } from './kube-endpoint.ts';
import { kubeObjects, podLabels } from './kube-objects.ts';
import { cloudLatency } from './latencies.ts';
import { fromCloud, type RecordedCall } from './recorded-call.ts';
import { cluster, configs, members, service } from './service.ts';
import { openStoreFront } from './store-front.ts';

const hostedZoneId = 'Z00000000000000DEMO1';
/** Everything that the programs of the product talk to, with a service that nobody has claimed yet. */
export interface DemoWorld extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly kube: KubeEndpoint;
  readonly store: RecordStore;
  readonly dir: string;
  readonly caFile: string;
  readonly tokenFile: string;
  /** Where the records are; what is asked there is told by who asks. */
  storeUrl(by: string): string;
  /** Every call that was answered so far, of all servers. */
  calls(): RecordedCall[];
}

/** Starts it at this address of ours; what was started is ended when a later part fails. */
export async function startWorld(host: string, topology: Topology): Promise<DemoWorld> {
  await using starting = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'firecamp-demo-'));
  starting.defer(() => rm(dir, { recursive: true, force: true }));
  const [cloud, dynalite, kube] = await Promise.all([
    startCloud(topology, { host, latency: cloudLatency }),
    startDynalite(),
    startKubeEndpoint(host, kubeObjects(topology), podLabels),
  ]);
  starting.defer(() => cloud.close());
  starting.defer(() => dynalite.stop());
  starting.use(kube);
  const front = starting.use(await openStoreFront(host, dynalite.url));
  const store = await openStore(starting, dynalite.url);
  await createService(store, cloud);
  const caFile = join(dir, 'ca.crt');
  const tokenFile = join(dir, 'token');
  await Promise.all([writeFile(caFile, kube.ca), writeFile(tokenFile, kube.token)]);
  const closers = starting.move();
  return {
    ...{ cloud, kube, store, dir, caFile, tokenFile, storeUrl: front.urlFor },
    calls: () => [...cloud.calls.all().flatMap((call) => fromCloud(call) ?? []), ...front.calls, ...kube.calls],
    [Symbol.asyncDispose]: () => closers.disposeAsync(),
  };
}

/** What the programs of a member's pod get of their environment from all of this. */
export function surroundings(world: DemoWorld, instanceId: string, by: string): Record<string, string> {
  const { endpoints } = world.cloud;
  return {
    PATH: process.env['PATH'] ?? '',
    AWS_REGION: endpoints.region,
    AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
    AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
    AWS_ENDPOINT_URL_EC2: endpoints.ec2,
    AWS_ENDPOINT_URL_ROUTE_53: endpoints.route53,
    AWS_ENDPOINT_URL_STS: endpoints.sts,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: endpoints.servicequotas,
    AWS_ENDPOINT_URL_DYNAMODB: world.storeUrl(by),
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoints.imds[instanceId] ?? '',
    FIRECAMP_DNS_SERVERS: endpoints.dns,
    FIRECAMP_K8S_URL: world.kube.url,
    FIRECAMP_K8S_CA_FILE: world.caFile,
    FIRECAMP_K8S_TOKEN_FILE: world.tokenFile,
  };
}

async function openStore(closers: AsyncDisposableStack, url: string): Promise<RecordStore> {
  // The SDK reads its endpoint from the environment, here as in the programs.
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = url;
  const aws = openAws(
    awsConfigFrom({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: defaultPrincipal.accessKeyId,
      AWS_SECRET_ACCESS_KEY: defaultPrincipal.secretAccessKey,
    }),
  );
  closers.defer(async () => aws.close());
  await ensureTable(aws.clients, cluster, () => sleep(20), { signal: AbortSignal.timeout(30_000) });
  return dynamoDbRecordStore(aws.clients, cluster);
}

async function createService(store: RecordStore, cloud: Cloud): Promise<void> {
  const spec = {
    cluster,
    namespace,
    ...service,
    members,
    hostedZoneId,
    configs,
    requireStaticIp: true,
    registerDns: true,
  };
  await writeServiceRecords(store, spec, AbortSignal.timeout(30_000));
  for (const { name, staticIp } of members) {
    const record = { name: `${name}.${service.domain}.`, type: 'A', ttl: 5, values: [staticIp] };
    cloud.route53.change(hostedZoneId, [{ action: 'CREATE', record }]);
  }
}
