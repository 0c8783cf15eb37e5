import type { ApiClient } from '../../k8s/api-client.ts';
import type { BatchRecordStore } from '../../ports/batch-record-store.ts';
import type { RetryParts } from '../single-writes.ts';
import { TableBatchStore } from '../table-batch-store.ts';
import { ConfigMapBatchTable } from './config-map-batch-table.ts';

/** As `configMapRecordStore`, for whoever reads and writes many records at once. */
export function configMapBatchStore(
  api: Pick<ApiClient, 'request'>,
  cluster: string,
  namespace: string,
  retry: RetryParts,
): BatchRecordStore {
  return new TableBatchStore(new ConfigMapBatchTable(api, cluster, namespace, retry), cluster);
}
