import { RequestFailedError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { PodFacts, Pods } from '../ports/pods.ts';
import type { ApiClient } from './api-client.ts';
import { ApiFailedError, ApiRefusedError } from './api-errors.ts';

/** Pods read from the API server; see `Pods` for what it promises. */
export class ApiPods implements Pods {
  readonly #api: Pick<ApiClient, 'request'>;

  constructor(api: Pick<ApiClient, 'request'>) {
    this.#api = api;
  }

  async get(namespace: string, name: string, options: CallOptions): Promise<PodFacts | 'gone' | 'refused'> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
    try {
      return podFacts(await this.#api.request('GET', path, options), namespace, name);
    } catch (error) {
      // A 401 only: the same failure without a status is a token file that cannot be read here.
      if (error instanceof ApiFailedError && error.status === 401) return 'refused';
      if (!(error instanceof ApiRefusedError)) throw error;
      // Something else on that address answers 404 too, but not with the API server's reason.
      if (error.refusal === 'notFound' && error.reason === 'NotFound') return 'gone';
      throw new RequestFailedError('FC-K8S-002', error.message, {
        effect: 'none',
        transient: false,
        fields: error.fields,
        cause: error,
      });
    }
  }
}

/**
 * The facts of a Pod object.
 * @throws {RequestFailedError} FC-K8S-001 when it is not the pod that was asked for, or lacks what every pod has.
 */
export function podFacts(pod: Readonly<Record<string, unknown>>, namespace: string, name: string): PodFacts {
  const metadata = objectOf(pod['metadata']);
  const status = objectOf(pod['status']);
  const malformed = (what: string) =>
    new RequestFailedError('FC-K8S-001', `The API server's reply about pod ${namespace}/${name} ${what}.`, {
      effect: 'none',
      transient: true,
    });
  if (pod['kind'] !== 'Pod') throw malformed('is not a Pod');
  if (metadata['namespace'] !== namespace || metadata['name'] !== name) throw malformed('is about another pod');
  const uid = textOf(metadata['uid']);
  if (uid === undefined) throw malformed('has no uid');
  const createdAt = textOf(metadata['creationTimestamp']);
  if (createdAt === undefined || !isTime(createdAt)) throw malformed('has no creationTimestamp');
  const deletionTimestamp = textOf(metadata['deletionTimestamp']);
  if (deletionTimestamp !== undefined && !isTime(deletionTimestamp)) throw malformed('has a strange deletionTimestamp');
  const phase = textOf(status['phase']) ?? 'Unknown';
  return { namespace, name, uid, createdAt, deletionTimestamp, phase, hostIp: textOf(status['hostIP']) };
}

/** RFC 3339 in UTC with whole seconds, as the API server writes times (apimachinery, metav1.Time). */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
