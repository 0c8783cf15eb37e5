import type { ApiClient } from '../../k8s/api-client.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import { TableRecordStore } from '../table-record-store.ts';
import { ConfigMapTable } from './config-map-table.ts';

/**
 * The records of a cluster in ConfigMaps (`k8sdb`). The service account needs get, list, create, patch and delete of
 * configmaps in the namespace; get of the namespace itself only makes one message better.
 */
export function configMapRecordStore(api: Pick<ApiClient, 'request'>, cluster: string, namespace: string): RecordStore {
  return new TableRecordStore(new ConfigMapTable(api, cluster, namespace), cluster);
}
