import { RequestFailedError } from '../../domain/errors.ts';
import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { ApiClient } from '../../k8s/api-client.ts';
import { ApiFailedError, ApiRefusedError } from '../../k8s/api-errors.ts';
import { type ListScope, RecordMalformedError, type StoreOptions } from '../../ports/record-store.ts';
import { LayoutFault } from '../codec/fields.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';
import { nameOf } from '../record-names.ts';
import type { KeyedRow, RecordTable, Row, Written } from '../record-table.ts';
import { storeFailed, storeMissing } from '../store-errors.ts';
import { configMapName, configMapOf, keyOfListed, listSelector } from './config-map-layout.ts';
import { type ConfigMap, readConfigMap, readConfigMapList } from './config-map-replies.ts';

type Refused = (error: ApiRefusedError) => Promise<Row | undefined>;

/** FireCamp's ConfigMaps in one namespace; the resourceVersion is what a compare-and-set compares. */
export class ConfigMapTable implements RecordTable {
  readonly where: string;
  readonly #api: Pick<ApiClient, 'request'>;
  readonly #cluster: string;
  readonly #namespace: string;
  readonly #pageSize: number;

  /** @param pageSize - records asked for at a time by `rows`. */
  constructor(api: Pick<ApiClient, 'request'>, cluster: string, namespace: string, pageSize = 500) {
    this.where = `Kubernetes namespace ${namespace}`;
    this.#api = api;
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#pageSize = pageSize;
  }

  async read<K extends RecordKind>(kind: K, key: KeyOf[K], options: StoreOptions): Promise<Row | undefined> {
    const what = nameOf(kind, key);
    try {
      const reply = await this.#api.request('GET', this.#path(configMapName(kind, key, this.#cluster)), options);
      return this.#understood(what, () => readConfigMap(reply));
    } catch (error) {
      if (!(error instanceof ApiRefusedError && error.refusal === 'notFound')) throw this.#explained(what, error);
      await this.#requireNamespace(options);
      return undefined;
    }
  }

  async insert<K extends RecordKind>(
    kind: K,
    key: KeyOf[K],
    attributes: RecordAttributes,
    options: StoreOptions,
  ): Promise<Written> {
    const { name, labels, data } = configMapOf(kind, key, attributes, this.#cluster);
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
    return this.#write(nameOf(kind, key), 'POST', this.#path(), { ...options, body }, async (error) => {
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
    const { name, labels, data } = configMapOf(kind, key, attributes, this.#cluster);
    const body = { metadata: { labels, resourceVersion: version }, data };
    const patch = { ...options, body, contentType: 'application/merge-patch+json' };
    return this.#write(nameOf(kind, key), 'PATCH', this.#path(name), patch, (error) =>
      this.#winner(kind, key, error, options),
    );
  }

  async remove<K extends RecordKind>(kind: K, key: KeyOf[K], version: string, options: StoreOptions) {
    const path = this.#path(configMapName(kind, key, this.#cluster));
    const body = { preconditions: { resourceVersion: version } };
    try {
      await this.#api.request('DELETE', path, { ...options, body });
      return 'removed' as const;
    } catch (error) {
      if (!(error instanceof ApiRefusedError)) throw this.#explained(nameOf(kind, key), error);
      try {
        return { met: await this.#winner(kind, key, error, options) };
      } catch (other) {
        throw this.#explained(nameOf(kind, key), other);
      }
    }
  }

  async rows<K extends keyof ListScope>(kind: K, scope: ListScope[K], options: StoreOptions): Promise<KeyedRow<K>[]> {
    const what = `list of ${kind} records`;
    try {
      const maps = await this.#listAll(what, listSelector(kind, scope), options);
      if (maps.length === 0) await this.#requireNamespace(options);
      // Several clusters may keep their records in one namespace; what names no cluster was found by its service.
      const ours = maps.filter(({ attributes: { ClusterName: cluster } }) => !cluster || cluster === this.#cluster);
      return ours.map((map) => ({
        ...map,
        key: this.#understood(what, () => keyOfListed(kind, map.attributes, scope)),
      }));
    } catch (error) {
      throw this.#explained(what, error);
    }
  }

  async #listAll(what: string, selector: string, options: StoreOptions): Promise<ConfigMap[]> {
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.#listPages(what, selector, options);
      } catch (error) {
        // The state that the list began with is gone from etcd: only from the beginning is there a whole one.
        if (!(error instanceof ApiRefusedError && error.refusal === 'gone' && restarts < 3)) throw error;
      }
    }
  }

  async #listPages(what: string, selector: string, options: StoreOptions): Promise<ConfigMap[]> {
    const found: ConfigMap[] = [];
    let token = '';
    do {
      const query = new URLSearchParams({ labelSelector: selector, limit: String(this.#pageSize) });
      if (token !== '') query.set('continue', token);
      const reply = await this.#api.request('GET', `${this.#path()}?${query}`, options);
      const page = this.#understood(what, () => readConfigMapList(reply));
      found.push(...page.items);
      token = page.next;
    } while (token !== '');
    return found;
  }

  async #write(
    what: string,
    method: string,
    path: string,
    call: Parameters<ApiClient['request']>[2],
    refused: Refused,
  ): Promise<Written> {
    try {
      const reply = await this.#api.request(method, path, call);
      const { version } = this.#understood(what, () => readConfigMap(reply));
      return { version };
    } catch (error) {
      if (!(error instanceof ApiRefusedError)) throw this.#explained(what, error);
      try {
        return { met: await refused(error) };
      } catch (other) {
        throw this.#explained(what, other);
      }
    }
  }

  /** What stands there after a refused compare-and-set. */
  async #winner<K extends RecordKind>(kind: K, key: KeyOf[K], error: ApiRefusedError, options: StoreOptions) {
    if (error.refusal === 'notFound') return undefined;
    if (error.refusal !== 'conflict') throw error;
    return this.read(kind, key, options);
  }

  /** A missing namespace looks like a missing record, but asks for another remedy. Who may not look is told of the record. */
  async #requireNamespace(options: StoreOptions): Promise<void> {
    try {
      await this.#api.request('GET', `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}`, options);
    } catch (error) {
      if (error instanceof ApiRefusedError && error.refusal === 'notFound') throw storeMissing(this.where, error);
      if (!(error instanceof ApiRefusedError || error instanceof ApiFailedError)) throw error;
    }
  }

  #explained(what: string, error: unknown): unknown {
    if (error instanceof ApiRefusedError) {
      if (error.refusal === 'notFound' && error.kind === 'namespaces') return storeMissing(this.where, error);
      const options = { effect: 'none', transient: false, cause: error } as const;
      return storeFailed(what, this.where, false, new RequestFailedError(error.code, error.message, options));
    }
    if (!(error instanceof ApiFailedError)) return error;
    const denied = error.failure === 'unauthorized' || error.failure === 'forbidden';
    return storeFailed(what, this.where, denied, error);
  }

  #understood<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof LayoutFault)) throw error;
      throw new RecordMalformedError(what, this.where, error.message, error);
    }
  }

  #path(name?: string): string {
    const all = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/configmaps`;
    return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
  }
}
