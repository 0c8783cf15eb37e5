import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import type { RecordStore } from '../../../common/ports/record-store.ts';
import { configMapRecordStore } from '../../../common/store/k8sdb/open.ts';
import { cluster as firecampCluster } from '../../e2e/harness/world.ts';
import type { RealCluster } from './real-cluster.ts';

export type DbType = 'clouddb' | 'k8sdb';

/** A namespace that `firecamp install` has made ready for services. */
export interface Namespace {
  readonly name: string;
  readonly dbType: DbType;
  readonly store: RecordStore;
}

/** Installs into a new namespace and reserves addresses for it in these zones, as an engineer would. */
export async function installNamespace(
  cluster: RealCluster,
  name: string,
  dbType: DbType,
  zones: readonly string[] = ['us-east-1a'],
  flags: readonly string[] = [],
): Promise<Namespace> {
  const where = ['-n', name, '--db-type', dbType];
  await cluster.done(['install', ...where, ...flags]);
  for (const zone of zones) await cluster.done(['network', 'create', ...where, '--zone', zone, '--addresses', '16']);
  const store = dbType === 'clouddb' ? cluster.world.stores.clouddb : await configMaps(cluster, name);
  return { name, dbType, store };
}

async function configMaps({ world, kube, closing }: RealCluster, namespace: string): Promise<RecordStore> {
  const tokenFile = join(world.dir, 'admin-token');
  await writeFile(tokenFile, kube.adminToken);
  const client = new ApiClient({ server: kube.url, caFile: kube.caFile, tokenFile });
  closing.defer(async () => client.close());
  return configMapRecordStore(client, firecampCluster, namespace);
}
