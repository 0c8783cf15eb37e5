import { stringify } from 'yaml';
import manifest from '../../../package.json' with { type: 'json' };
import { cluster as firecampCluster } from '../../e2e/harness/world.ts';
import type { Namespace } from './namespace.ts';
import type { RealCluster } from './real-cluster.ts';

/** A service file's own fields; where it lives, its images and settings are the cluster's. */
export interface ServiceFile {
  readonly name: string;
  readonly replicas: number;
  readonly image: string;
  readonly [field: string]: unknown;
}

/** The whole file, with the images of this checkout and the addresses of the simulated account. */
export function serviceFileText(cluster: RealCluster, namespace: Namespace, file: ServiceFile): string {
  const { settings, ...own } = file;
  return stringify({
    cluster: firecampCluster,
    namespace: namespace.name,
    dbType: namespace.dbType,
    zones: ['us-east-1a'],
    images: { org: 'localhost', release: manifest.version },
    settings: { ...cluster.memberEndpoints(namespace.dbType), ...(settings as object | undefined) },
    ...own,
  });
}
