import type { ApiClient } from '../../k8s/api-client.ts';
import type { StoreOptions } from '../../ports/record-store.ts';
import { bounded } from '../../runtime/bounded.ts';
import { defaultRetry, retryTransient } from '../../runtime/retry.ts';
import type { BatchTable, RowOutcome, RowWrite } from '../batch-table.ts';
import { nameOf } from '../record-names.ts';
import type { Row } from '../record-table.ts';
import { atATime, type RetryParts, writeSingly } from '../single-writes.ts';
import { addressSelector, configMapName } from './config-map-layout.ts';
import { ConfigMapTable } from './config-map-table.ts';

/** FireCamp's ConfigMaps for many rows at once. The Kubernetes API writes one object a request, so what is at once is side by side. */
export class ConfigMapBatchTable extends ConfigMapTable implements BatchTable {
  readonly #retry: RetryParts;

  constructor(
    api: Pick<ApiClient, 'request'>,
    cluster: string,
    namespace: string,
    retry: RetryParts,
    pageSize?: number,
  ) {
    super(api, cluster, namespace, pageSize);
    this.#retry = retry;
  }

  async prepare(): Promise<void> {}

  writeRows(writes: readonly RowWrite[], options: StoreOptions): Promise<RowOutcome[]> {
    return writeSingly(this, writes, this.#retry, options);
  }

  async addressRows(serviceUuid: string, ips: readonly string[], { signal }: StoreOptions) {
    const rows = await this.#addressesOf(serviceUuid, new Set(ips), signal);
    const others = ips.filter((ip) => !rows.has(ip));
    await bounded(signal, others, atATime, async (ip, joined) => {
      const name = configMapName('staticIp', { ip }, this.cluster);
      const get = () => this.calls.get(nameOf('staticIp', { ip }), name, { signal: joined });
      const found = await retryTransient(get, defaultRetry, { ...this.#retry, signal: joined });
      if (found !== undefined) rows.set(ip, found);
    });
    return rows;
  }

  /** Those of the addresses that are labelled as the service's, in one list. */
  async #addressesOf(serviceUuid: string, ips: ReadonlySet<string>, signal: AbortSignal): Promise<Map<string, Row>> {
    const what = `static IP records of service ${serviceUuid}`;
    const list = async () => {
      const found = await this.calls.list(what, addressSelector(serviceUuid), { signal });
      if (found.length === 0) await this.calls.requireNamespace({ signal });
      return found;
    };
    const maps = await retryTransient(list, defaultRetry, { ...this.#retry, signal });
    const named = maps.map((map) => [map.attributes['StaticIP'] ?? '', map] as const);
    return new Map(named.filter(([ip]) => ips.has(ip)));
  }
}
