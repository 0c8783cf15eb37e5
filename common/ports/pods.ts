import type { CallOptions } from './call-options.ts';

/** What Kubernetes says of a pod. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** RFC 3339 with whole seconds, as the API server writes it. */
  readonly createdAt: string;
  /** Set once the pod is to end: the moment its grace period is over. */
  readonly deletionTimestamp: string | undefined;
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  readonly phase: string;
  /** IP of the node it runs on; undefined before the kubelet reported it. */
  readonly hostIp: string | undefined;
}

/**
 * Reads pods from the API server.
 */
export interface Pods {
  /**
   * The pod of that name now; `gone` when there is none (404), `refused` when our token is (401: the bound token of a
   * pod that is gone is refused). Rejects with `RequestFailedError` FC-K8S-001 or FC-K8S-002 when it cannot be told.
   */
  get(namespace: string, name: string, options: CallOptions): Promise<PodFacts | 'gone' | 'refused'>;
}
