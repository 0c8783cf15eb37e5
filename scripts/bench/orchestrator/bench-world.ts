import { setTimeout as sleep } from 'node:timers/promises';
import { CredentialChain } from '../../../common/aws/credentials.ts';
import { closeConnections, openConnections } from '../../../common/aws/http-exchange.ts';
import { WireHandler } from '../../../common/aws/request-handler.ts';
import { ensureTable } from '../../../common/store/clouddb/table-setup.ts';
import { PUBLISHED_LIMITS } from '../../../test/cloud/route53/rate-limit.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld } from '../../../test/orchestrator/world.ts';
import { startDynamoDbLocal } from '../../rig/dynamodb-local.ts';
import { startKubeCluster } from '../../rig/kube-cluster.ts';

export type DbType = 'k8sdb' | 'clouddb';

/** A cluster with nodes, an account and a place for the records. */
export interface BenchWorld extends AsyncDisposable {
  readonly world: OrchestratorWorld;
  readonly dynamoUrl: string | undefined;
}

export const benchZones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/**
 * Starts a whole control plane with so many nodes that kwok plays, as members on the host network never share one, and the simulated
 * account with their instances. One at a time a process.
 *
 * @param options limits: EC2 and Route 53 refuse what is beyond their published request rates
 *
 * @throws RigUnavailableError where a part cannot be had
 */
export async function benchWorld(
  nodes: number,
  dbType: DbType,
  { limits = false }: { readonly limits?: boolean } = {},
): Promise<BenchWorld> {
  const ends: (() => unknown)[] = [];
  const t = { teardown: (end: () => unknown) => void ends.unshift(end) };
  const dispose = async () => {
    for (const end of ends) await end();
  };
  try {
    const dynamoUrl = dbType === 'clouddb' ? await dynamo(t, 'demo') : undefined;
    const kube = await startKubeCluster();
    t.teardown(() => kube.stop());
    const cloud = limits ? { ec2Limits: true, route53: { limits: PUBLISHED_LIMITS } } : {};
    const nodesPerZone = Math.ceil(nodes / benchZones.length);
    const world = await orchestratorWorld(t, kube, { dbType, nodesPerZone, zones: benchZones, cloud });
    await addFleet(kube, world.account);
    return { world, dynamoUrl, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function dynamo(t: { teardown(end: () => unknown): void }, cluster: string): Promise<string> {
  const local = await startDynamoDbLocal();
  t.teardown(() => local.stop());
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = local.url;
  const connections = openConnections(1);
  t.teardown(() => closeConnections(connections));
  const load = async () => ({ accessKeyId: 'bench', secretAccessKey: 'bench' });
  const access = {
    region: async () => 'us-east-1',
    credentials: new CredentialChain([{ name: 'the benchmark', load }]),
    requestHandler: new WireHandler(connections, {
      connectTimeoutMs: 1_000,
      timeoutMs: 5_000,
      maxReplyBytes: 8 * 1024 * 1024,
    }),
  };
  await ensureTable(access, cluster, () => sleep(50), { signal: AbortSignal.timeout(30_000) });
  return local.url;
}
