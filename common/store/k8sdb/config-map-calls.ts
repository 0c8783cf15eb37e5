import { RequestFailedError } from '../../domain/errors.ts';
import type { ApiClient } from '../../k8s/api-client.ts';
import { ApiFailedError, ApiRefusedError } from '../../k8s/api-errors.ts';
import { RecordMalformedError, type StoreOptions } from '../../ports/record-store.ts';
import { LayoutFault } from '../codec/fields.ts';
import { storeFailed, storeMissing } from '../store-errors.ts';
import { type ConfigMap, readConfigMap, readConfigMapList } from './config-map-replies.ts';

/** Calls about the ConfigMaps of one namespace, whose failures are the store's. */
export class ConfigMapCalls {
  /** For messages: `Kubernetes namespace x`. */
  readonly where: string;
  readonly #api: Pick<ApiClient, 'request'>;
  readonly #namespace: string;
  readonly #pageSize: number;

  constructor(api: Pick<ApiClient, 'request'>, namespace: string, pageSize: number) {
    this.where = `Kubernetes namespace ${namespace}`;
    this.#api = api;
    this.#namespace = namespace;
    this.#pageSize = pageSize;
  }

  /** @throws as `ApiClient.request`; `explained` makes the store's error of it */
  request(method: string, name: string, options: Parameters<ApiClient['request']>[2]) {
    return this.#api.request(method, this.#path(name), options);
  }

  /** The ConfigMap; undefined when there is none, or no namespace for it. */
  async get(what: string, name: string, options: StoreOptions): Promise<ConfigMap | undefined> {
    try {
      const reply = await this.request('GET', name, options);
      return this.understood(what, () => readConfigMap(reply));
    } catch (error) {
      if (!(error instanceof ApiRefusedError && error.refusal === 'notFound')) throw this.explained(what, error);
      return undefined;
    }
  }

  /** All ConfigMaps that the selector finds, in a state that was there at one moment. */
  async list(what: string, selector: string, options: StoreOptions): Promise<ConfigMap[]> {
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.#listPages(what, selector, options);
      } catch (error) {
        // The state that the list began with is gone from etcd: only from the beginning is there a whole one.
        const expired = error instanceof ApiRefusedError && error.refusal === 'gone';
        if (!expired || restarts >= 3) throw this.explained(what, error);
      }
    }
  }

  async #listPages(what: string, selector: string, options: StoreOptions): Promise<ConfigMap[]> {
    const found: ConfigMap[] = [];
    let token = '';
    do {
      const query = new URLSearchParams({ labelSelector: selector, limit: String(this.#pageSize) });
      if (token !== '') query.set('continue', token);
      const reply = await this.#api.request('GET', `${this.#path('')}?${query}`, options);
      const page = this.understood(what, () => readConfigMapList(reply));
      found.push(...page.items);
      token = page.next;
    } while (token !== '');
    return found;
  }

  /** A missing namespace looks like a missing record, but asks for another remedy. Who may not look is told of the record. */
  async requireNamespace(options: StoreOptions): Promise<void> {
    try {
      await this.#api.request('GET', `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}`, options);
    } catch (error) {
      if (error instanceof ApiRefusedError && error.refusal === 'notFound') throw storeMissing(this.where, error);
      if (!(error instanceof ApiRefusedError || error instanceof ApiFailedError)) throw error;
    }
  }

  explained(what: string, error: unknown): unknown {
    if (error instanceof ApiRefusedError) {
      if (error.refusal === 'notFound' && error.kind === 'namespaces') return storeMissing(this.where, error);
      const options = { effect: 'none', transient: false, cause: error } as const;
      return storeFailed(what, this.where, false, new RequestFailedError(error.code, error.message, options));
    }
    if (!(error instanceof ApiFailedError)) return error;
    const denied = error.failure === 'unauthorized' || error.failure === 'forbidden';
    return storeFailed(what, this.where, denied, error);
  }

  /** @throws RecordMalformedError in place of a LayoutFault */
  understood<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof LayoutFault)) throw error;
      throw new RecordMalformedError(what, this.where, error.message, error);
    }
  }

  #path(name: string): string {
    const all = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/configmaps`;
    return name === '' ? all : `${all}/${encodeURIComponent(name)}`;
  }
}
