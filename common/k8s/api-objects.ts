import type { CallOptions } from '../ports/call-options.ts';
import type {
  AccessQuestion,
  ApplyConflict,
  DeleteOptions,
  KubeBody,
  KubeObjects,
  LiveObject,
  LogOptions,
  ObjectKind,
  ObjectList,
  ObjectRef,
  ObjectScope,
  WatchEvent,
  WriteOptions,
} from '../ports/kube-objects.ts';
import { systemClock } from '../runtime/system-clock.ts';
import type { ApiClient } from './api-client.ts';
import { ApiFailedError, ApiRefusedError } from './api-errors.ts';
import { listPages } from './list-pages.ts';
import { isText, liveObject, recordOf } from './live-object.ts';
import { collectionPath, objectPath, withQuery } from './object-paths.ts';
import { watchObjects } from './watch-objects.ts';

const fieldManager = 'firecamp';

/** Objects read and written through the API server; see `KubeObjects` for what it promises. */
export class ApiObjects implements KubeObjects {
  readonly #api: Pick<ApiClient, 'request' | 'requestText'>;
  readonly #pageSize: number;

  constructor(api: Pick<ApiClient, 'request' | 'requestText'>, options: { readonly pageSize?: number } = {}) {
    this.#api = api;
    this.#pageSize = options.pageSize ?? 500;
  }

  async get(ref: ObjectRef, options: CallOptions): Promise<LiveObject | 'absent'> {
    const read = this.#api.request('GET', objectPath(ref), options);
    return await orWhen(isAbsent, 'absent', this.#live(read, ref.kind, 'none'));
  }

  list(kind: ObjectKind, scope: ObjectScope, options: CallOptions): Promise<ObjectList> {
    return listPages(this.#api, kind, scope, this.#pageSize, options);
  }

  watch(
    kind: ObjectKind,
    scope: ObjectScope,
    options: CallOptions & { readonly from?: string },
  ): AsyncIterable<WatchEvent> {
    const list = (listOptions: CallOptions) => this.list(kind, scope, listOptions);
    const parts = { api: this.#api, list, clock: systemClock, random: Math.random };
    return watchObjects(parts, kind, scope, options.from, { signal: options.signal });
  }

  async create(ref: ObjectRef, body: KubeBody, options: WriteOptions): Promise<LiveObject | 'exists'> {
    const path = writePath(collectionPath(ref.kind, ref.namespace), options);
    const written = this.#api.request('POST', path, { signal: options.signal, body });
    // A namespace that is being deleted is a 409 too, of another reason.
    const exists = (error: ApiRefusedError) => error.reason === 'AlreadyExists';
    return await orWhen(exists, 'exists', this.#live(written, ref.kind, 'unknown'));
  }

  async replace(ref: ObjectRef, body: LiveObject, options: WriteOptions): Promise<LiveObject | 'lostRace' | 'absent'> {
    const path = writePath(objectPath(ref), options);
    const written = this.#api.request('PUT', path, { signal: options.signal, body });
    const unlessLost = orWhen(isConflict, 'lostRace', this.#live(written, ref.kind, 'unknown'));
    return await orWhen(isAbsent, 'absent', unlessLost);
  }

  async apply(
    ref: ObjectRef,
    body: KubeBody,
    options: WriteOptions & { readonly force?: boolean },
  ): Promise<LiveObject | ApplyConflict> {
    const path = writePath(objectPath(ref), options, { force: options.force ?? false });
    // Any JSON is YAML, and this content type is the only one that every supported server takes.
    const contentType = 'application/apply-patch+yaml';
    try {
      const written = this.#api.request('PATCH', path, { signal: options.signal, body, contentType });
      return await this.#live(written, ref.kind, 'unknown');
    } catch (error) {
      if (error instanceof ApiRefusedError && isConflict(error)) return { conflict: error.message };
      throw error;
    }
  }

  async delete(ref: ObjectRef, options: DeleteOptions): Promise<'accepted' | 'absent' | 'changed'> {
    const { signal, propagationPolicy, uid, resourceVersion, dryRun } = options;
    const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    // Not in the query, which the server does not read when there is a body: the dry run would delete.
    const dry = dryRun ? { dryRun: ['All'] } : {};
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy, preconditions, ...dry };
    const accepted = this.#api.request('DELETE', objectPath(ref), { signal, body }).then(() => 'accepted' as const);
    return await orWhen(isAbsent, 'absent', orWhen(isConflict, 'changed', accepted));
  }

  async podLog(
    pod: { readonly namespace: string; readonly name: string },
    options: LogOptions,
  ): Promise<string | 'absent'> {
    const pods = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };
    const { container, lines: tailLines, previous, sinceSeconds, signal } = options;
    const path = withQuery(`${objectPath({ ...pod, kind: pods })}/log`, {
      container,
      tailLines,
      previous,
      sinceSeconds,
    });
    return await orWhen(isAbsent, 'absent', this.#api.requestText('GET', path, { signal }));
  }

  async mayI(question: AccessQuestion, options: CallOptions): Promise<boolean> {
    const apiVersion = 'authorization.k8s.io/v1';
    const spec = { resourceAttributes: question };
    const body = { apiVersion, kind: 'SelfSubjectAccessReview', spec };
    const path = `/apis/${apiVersion}/selfsubjectaccessreviews`;
    const { allowed } = recordOf((await this.#api.request('POST', path, { ...options, body }))['status']);
    if (typeof allowed === 'boolean') return allowed;
    throw new ApiFailedError('malformed', "The API server's review of access says neither yes nor no.", {
      effect: 'none',
    });
  }

  async serverVersion(options: CallOptions): Promise<string> {
    const { gitVersion } = await this.#api.request('GET', '/version', options);
    if (isText(gitVersion)) return gitVersion;
    throw new ApiFailedError('malformed', "The API server's version has no gitVersion.", { effect: 'none' });
  }

  async #live(reply: Promise<unknown>, kind: ObjectKind, effect: 'none' | 'unknown'): Promise<LiveObject> {
    return liveObject(await reply, kind, effect);
  }
}

function writePath(path: string, options: WriteOptions, more: Readonly<Record<string, boolean>> = {}): string {
  return withQuery(path, { fieldManager, dryRun: options.dryRun ? 'All' : undefined, ...more });
}

/** The outcome in place of a definite refusal that means it. */
async function orWhen<T, O extends string>(
  means: (error: ApiRefusedError) => boolean,
  outcome: O,
  answer: Promise<T>,
): Promise<T | O> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiRefusedError && means(error)) return outcome;
    throw error;
  }
}

/** Something else on that address, and a kind the server does not know, answer 404 too, but without this reason. */
function isAbsent(error: ApiRefusedError): boolean {
  return error.refusal === 'notFound' && error.reason === 'NotFound';
}

function isConflict(error: ApiRefusedError): boolean {
  return error.refusal === 'conflict' && error.reason === 'Conflict';
}
