import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { ApiClient } from '../../k8s/api-client.ts';
import { ApiRefusedError } from '../../k8s/api-errors.ts';
import type { ListScope, StoreOptions } from '../../ports/record-store.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';
import { nameOf } from '../record-names.ts';
import type { KeyedRow, RecordTable, Row, Written } from '../record-table.ts';
import { ConfigMapCalls } from './config-map-calls.ts';
import { configMapName, configMapOf, keyOfListed, listSelector } from './config-map-layout.ts';
import { readConfigMap } from './config-map-replies.ts';

type Refused = (error: ApiRefusedError) => Promise<Row | undefined>;

/** FireCamp's ConfigMaps in one namespace; the resourceVersion is what a compare-and-set compares. */
export class ConfigMapTable implements RecordTable {
  readonly where: string;
  protected readonly calls: ConfigMapCalls;
  protected readonly cluster: string;

  /** @param pageSize - records asked for at a time by `rows`. */
  constructor(api: Pick<ApiClient, 'request'>, cluster: string, namespace: string, pageSize = 500) {
    this.calls = new ConfigMapCalls(api, namespace, pageSize);
    this.where = this.calls.where;
    this.cluster = cluster;
  }

  async read<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Row | undefined> {
    const found = await this.calls.get(nameOf(kind, key), configMapName(kind, key, this.cluster), options);
    if (found === undefined) await this.calls.requireNamespace(options);
    return found;
  }

  async insert<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const { name, labels, data } = configMapOf(kind, key, attributes, this.cluster);
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
    return this.#write(nameOf(kind, key), 'POST', '', { ...options, body }, async (error) => {
      if (error.reason !== 'AlreadyExists') throw error;
      return this.read(kind, key, options);
    });
  }

  /**
   * A merge patch, not an update: it carries the resourceVersion all the same, and what others wrote into the ConfigMap (labels, other data)
   * stays (Kubernetes API concepts, "Patch and apply": a patch with a resourceVersion conflicts like an update).
   */
  async replace<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    version: string,
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const { name, labels, data } = configMapOf(kind, key, attributes, this.cluster);
    const body = { metadata: { labels, resourceVersion: version }, data };
    const patch = { ...options, body, contentType: 'application/merge-patch+json' };
    return this.#write(nameOf(kind, key), 'PATCH', name, patch, (error) => this.#winner(kind, key, error, options));
  }

  async remove<K extends RecordKind>(kind: K, key: KeyOf[K], version: string, options: StoreOptions) {
    const name = configMapName(kind, key, this.cluster);
    const body = { preconditions: { resourceVersion: version } };
    try {
      await this.calls.request('DELETE', name, { ...options, body });
      return 'removed' as const;
    } catch (error) {
      if (!(error instanceof ApiRefusedError)) throw this.calls.explained(nameOf(kind, key), error);
      try {
        return { met: await this.#winner(kind, key, error, options) };
      } catch (other) {
        throw this.calls.explained(nameOf(kind, key), other);
      }
    }
  }

  async rows<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<KeyedRow<K>[]> {
    const what = `list of ${kind} records`;
    const maps = await this.calls.list(what, listSelector(kind, scope), options);
    if (maps.length === 0) await this.calls.requireNamespace(options);
    // Several clusters may keep their records in one namespace; what names no cluster was found by its service.
    const ours = maps.filter(({ attributes: { ClusterName: cluster } }) => !cluster || cluster === this.cluster);
    return ours.map((map) => ({
      ...map,
      key: this.calls.understood(what, () => keyOfListed(kind, map.attributes, scope)),
    }));
  }

  async #write(
    what: string,
    method: string,
    name: string,
    call: Parameters<ApiClient['request']>[2],
    refused: Refused,
  ): Promise<Written> {
    try {
      const reply = await this.calls.request(method, name, call);
      const { version } = this.calls.understood(what, () => readConfigMap(reply));
      return { version };
    } catch (error) {
      if (!(error instanceof ApiRefusedError)) throw this.calls.explained(what, error);
      try {
        return { met: await refused(error) };
      } catch (other) {
        throw this.calls.explained(what, other);
      }
    }
  }

  /** What stands there after a refused compare-and-set. */
  async #winner<K extends RecordKind>(kind: K, key: KeyOf[K], error: ApiRefusedError, options: StoreOptions) {
    if (error.refusal === 'notFound') return undefined;
    if (error.refusal !== 'conflict') throw error;
    return this.read(kind, key, options);
  }
}
