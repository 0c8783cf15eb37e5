import { RequestFailedError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectKind, ObjectList, ObjectScope, WatchEvent } from '../ports/kube-objects.ts';
import { backoffMs } from '../runtime/retry.ts';
import type { ApiClient } from './api-client.ts';
import { ApiFailedError, ApiRefusedError } from './api-errors.ts';
import { isText, liveObject, recordOf } from './live-object.ts';
import { collectionPath, withQuery } from './object-paths.ts';

/** What a watch is made of. */
export interface WatchParts {
  readonly api: Pick<ApiClient, 'requestText'>;
  readonly list: (options: CallOptions) => Promise<ObjectList>;
  readonly clock: Clock;
  readonly random: () => number;
}

const policy = { firstDelayMs: 100, maxDelayMs: 10_000, totalMs: Number.POSITIVE_INFINITY };

/** The server ends a watch after this; a connection that died in silence is noticed a little later. */
const sessionSeconds = 60;

/** See `KubeObjects.watch`. */
export async function* watchObjects(
  parts: WatchParts,
  kind: ObjectKind,
  scope: ObjectScope,
  from: string | undefined,
  options: CallOptions,
): AsyncGenerator<WatchEvent, never> {
  let version = from;
  let failures = 0;
  for (;;) {
    let retryAfterMs = 0;
    try {
      if (version === undefined) {
        const { items, resourceVersion } = await parts.list(options);
        yield { type: 'LISTED', objects: items };
        version = resourceVersion;
      }
      for await (const line of linesOf(parts.api, watchPath(kind, scope, version), options)) {
        const { event, resourceVersion } = eventOf(line, kind);
        if (event !== undefined) yield event;
        version = resourceVersion;
        failures = 0;
      }
      failures = 1;
    } catch (error) {
      if (error instanceof ApiRefusedError && error.refusal === 'gone') version = undefined;
      else if (!(error instanceof RequestFailedError) || !error.transient) throw error;
      else retryAfterMs = (error.retryAfterSeconds ?? 0) * 1000;
      failures++;
    }
    await parts.clock.sleep(Math.max(backoffMs(policy, failures, parts.random), retryAfterMs), options);
  }
}

function watchPath(kind: ObjectKind, scope: ObjectScope, resourceVersion: string): string {
  const { namespace, labelSelector, fieldSelector } = scope;
  const session = { watch: true, allowWatchBookmarks: true, timeoutSeconds: sessionSeconds };
  return withQuery(collectionPath(kind, namespace), { labelSelector, fieldSelector, resourceVersion, ...session });
}

/** @throws {ApiRefusedError} `gone` when the server says in the stream that the version is too old. */
function eventOf(line: string, kind: ObjectKind): { event: WatchEvent | undefined; resourceVersion: string } {
  const { type, object } = parsed(line);
  if (type === 'BOOKMARK') {
    const { resourceVersion } = recordOf(recordOf(object)['metadata']);
    if (isText(resourceVersion)) return { event: undefined, resourceVersion };
  }
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
    const live = liveObject(object, kind, 'none');
    return { event: { type, object: live }, resourceVersion: live.metadata.resourceVersion };
  }
  const { code, reason, message } = recordOf(object);
  const said = isText(message) ? message : 'no message';
  if (type === 'ERROR' && code === 410) {
    const answer = { status: 410, reason: String(reason), message: said, kind: '', retryAfterSeconds: undefined };
    throw new ApiRefusedError('gone', `Watching ${kind.plural}`, answer);
  }
  throw new ApiFailedError('malformed', `The watch of ${kind.plural} broke with ${String(type)}: ${said}`, {
    effect: 'none',
  });
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(line));
  } catch {
    return {};
  }
}

/** The lines of a reply as they come; leaving the loop ends the request. */
async function* linesOf(api: Pick<ApiClient, 'requestText'>, path: string, options: CallOptions) {
  const stop = new AbortController();
  const lines: string[] = [];
  let rest = '';
  let done = false;
  let wake = Promise.withResolvers<void>();
  const onText = (text: string) => {
    const pieces = (rest + text).split('\n');
    rest = pieces.pop() ?? '';
    lines.push(...pieces);
    wake.resolve();
  };
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const ended = api
    .requestText('GET', path, { signal, onText, timeoutMs: (sessionSeconds + 10) * 1000 })
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .finally(() => {
      done = true;
      wake.resolve();
    });
  try {
    while (!done || lines.length > 0) {
      const line = lines.shift();
      if (line !== undefined) {
        if (line !== '') yield line;
        continue;
      }
      await wake.promise;
      wake = Promise.withResolvers();
    }
    // A last line that was cut off is given again by the next watch.
    const failure = await ended;
    if (failure !== undefined) throw failure.error;
  } finally {
    stop.abort();
    await ended;
  }
}
