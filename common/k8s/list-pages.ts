import type { CallOptions } from '../ports/call-options.ts';
import type { LiveObject, ObjectKind, ObjectList, ObjectScope } from '../ports/kube-objects.ts';
import type { ApiClient } from './api-client.ts';
import { ApiFailedError, ApiRefusedError } from './api-errors.ts';
import { isText, liveObject, recordOf } from './live-object.ts';
import { collectionPath, withQuery } from './object-paths.ts';

type Requests = Pick<ApiClient, 'request'>;

/** Pages of a list stay readable for minutes (etcd's compaction); a list that expires this often is not going to end. */
const startsAtMost = 3;

/** Every page of a list, `pageSize` objects each; see `KubeObjects.list`. */
export async function listPages(
  api: Requests,
  kind: ObjectKind,
  scope: ObjectScope,
  pageSize: number,
  options: CallOptions,
): Promise<ObjectList> {
  for (let start = 1; ; start++) {
    try {
      return await listOnce(api, kind, scope, pageSize, options);
    } catch (error) {
      const expired = error instanceof ApiRefusedError && error.refusal === 'gone';
      if (!expired || start === startsAtMost) throw error;
    }
  }
}

async function listOnce(api: Requests, kind: ObjectKind, scope: ObjectScope, limit: number, options: CallOptions) {
  const { namespace, labelSelector, fieldSelector } = scope;
  const items: LiveObject[] = [];
  let next: string | undefined;
  for (;;) {
    const query = { labelSelector, fieldSelector, limit, continue: next };
    const page = await api.request('GET', withQuery(collectionPath(kind, namespace), query), options);
    const { resourceVersion, continue: more } = recordOf(page['metadata']);
    if (!Array.isArray(page['items']) || !isText(resourceVersion)) {
      const message = `The API server's list of ${kind.plural} lacks its items or its resourceVersion.`;
      throw new ApiFailedError('malformed', message, { effect: 'none' });
    }
    for (const item of page['items']) items.push(liveObject(item, kind, 'none'));
    if (!isText(more)) return { items, resourceVersion };
    next = more;
  }
}
