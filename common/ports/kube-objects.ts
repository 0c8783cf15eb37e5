import type { CallOptions } from './call-options.ts';

/** A kind of object and where the API server keeps it. */
export interface ObjectKind {
  /** `v1`, `apps/v1` */
  readonly apiVersion: string;
  /** `StatefulSet` */
  readonly kind: string;
  /** Name in the path: `statefulsets`. */
  readonly plural: string;
}

/** One object; without a namespace where its kind has none. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  readonly namespace?: string;
  readonly name: string;
}

/** An object as it is sent. */
export interface KubeBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** An object as the API server has it; `resourceVersion` is empty only where a dry run would create it. */
export interface LiveObject extends KubeBody {
  readonly metadata: KubeBody['metadata'] & { readonly uid: string; readonly resourceVersion: string };
}

/** Which objects; every namespace without one, all objects without a selector. */
export interface ObjectScope {
  readonly namespace?: string;
  /** In the API's text form: `app=redis,tier!=cache`. */
  readonly labelSelector?: string;
  /** In the API's text form: `metadata.name=redis-0`. Not for `metadata.namespace`: kube-apiserver gives the first page of that twice. */
  readonly fieldSelector?: string;
}

/** A list as of one moment. */
export interface ObjectList {
  readonly items: readonly LiveObject[];
  /** The moment; a watch can go on from it. */
  readonly resourceVersion: string;
}

/** What a watch tells. `LISTED` is everything there is, in place of all that was told before. */
export type WatchEvent =
  | { readonly type: 'LISTED'; readonly objects: readonly LiveObject[] }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: LiveObject };

export interface WriteOptions extends CallOptions {
  /** The server checks and answers as if it had written, and keeps nothing. */
  readonly dryRun?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  /** What becomes of the objects it owns. Told always: the server's default orphans the pods of a Job. */
  readonly propagationPolicy: 'Foreground' | 'Background' | 'Orphan';
  /** Deletes only the object with this uid. */
  readonly uid?: string;
  /** Deletes only the object as it was at this version. */
  readonly resourceVersion?: string;
}

/** Which part of which container's log. */
export interface LogOptions extends CallOptions {
  readonly container: string;
  readonly lines: number;
  /** Of the container before its last restart. */
  readonly previous?: boolean;
  /** Only what was printed in so many seconds until now. */
  readonly sinceSeconds?: number;
}

/** What a subject is asked about (authorization.k8s.io/v1, ResourceAttributes). */
export interface AccessQuestion {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Another field manager owns what was to be applied, and nothing was written. */
export interface ApplyConflict {
  /** The server's words, which name the fields and their owners. */
  readonly conflict: string;
}

/**
 * Objects of a Kubernetes cluster. Nothing but a watch is retried here, so that a caller can be the one owner of its retries.
 *
 * Every method rejects with `RequestFailedError` (FC-K8S-001, FC-K8S-002) when there is no answer to build on: `effect` says what a write
 * may have done, `retryAfterSeconds` what a throttled one was told. A definite refusal that is no result here (an invalid object) rejects
 * with a `FirecampError` FC-K8S-002 that is no `RequestFailedError`; nothing was changed then.
 */
export interface KubeObjects {
  get(ref: ObjectRef, options: CallOptions): Promise<LiveObject | 'absent'>;
  /** All pages. A list that expired between its pages is read again from the start. */
  list(kind: ObjectKind, scope: ObjectScope, options: CallOptions): Promise<ObjectList>;
  /**
   * Changes after `from`, a list's version; without one everything is listed first. It goes on where it was after a lost connection, and
   * lists again when the server no longer knows that version, both with backoff, until the caller leaves the loop. Of all methods this one
   * alone retries. Rejects as the others on a definite refusal, and with `InterruptedError` when cancelled.
   */
  watch(
    kind: ObjectKind,
    scope: ObjectScope,
    options: CallOptions & { readonly from?: string },
  ): AsyncIterable<WatchEvent>;
  /** Creates the object as it is given; `exists` when there is one of that name, which is left alone. */
  create(ref: ObjectRef, body: KubeBody, options: WriteOptions): Promise<LiveObject | 'exists'>;
  /** Compare and set: `body.metadata.resourceVersion` must be the version that was read. `lostRace` when another write came first. */
  replace(ref: ObjectRef, body: LiveObject, options: WriteOptions): Promise<LiveObject | 'lostRace' | 'absent'>;
  /** Server-side apply as field manager `firecamp`: ownership of fields, no compare and set. `force` takes fields from other managers. */
  apply(
    ref: ObjectRef,
    body: KubeBody,
    options: WriteOptions & { readonly force?: boolean },
  ): Promise<LiveObject | ApplyConflict>;
  /** `accepted` does not mean gone: finalizers and grace periods may come first. `changed` when a precondition did not hold. */
  delete(ref: ObjectRef, options: DeleteOptions): Promise<'accepted' | 'absent' | 'changed'>;
  /** The last `lines` of what a container printed. */
  podLog(pod: { readonly namespace: string; readonly name: string }, options: LogOptions): Promise<string | 'absent'>;
  /** Whether the caller itself may do it, by SelfSubjectAccessReview. */
  mayI(question: AccessQuestion, options: CallOptions): Promise<boolean>;
  /** The server's version, as `v1.34.1`. */
  serverVersion(options: CallOptions): Promise<string>;
}
