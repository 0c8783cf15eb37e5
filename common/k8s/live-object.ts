import type { LiveObject, ObjectKind } from '../ports/kube-objects.ts';
import { ApiFailedError } from './api-errors.ts';

/**
 * An object of a reply. Items of a list say neither their kind nor its version, so both are added.
 * @throws {ApiFailedError} FC-K8S-001 when it lacks what every object has; `effect` is that of the request that was answered so.
 */
export function liveObject(value: unknown, kind: ObjectKind, effect: 'none' | 'unknown'): LiveObject {
  const object = recordOf(value);
  const metadata = recordOf(object['metadata']);
  // What a dry run would create has no version yet.
  const { name, uid, resourceVersion = '', namespace } = metadata;
  const found = object['kind'] ?? kind.kind;
  if (found !== kind.kind) throw malformed(kind, `is of kind ${String(found)}`, effect);
  if (!isText(name) || !isText(uid) || typeof resourceVersion !== 'string') {
    throw malformed(kind, 'lacks its name, uid or resourceVersion', effect);
  }
  const place = isText(namespace) ? { namespace } : {};
  const { namespace: _, ...rest } = metadata;
  return {
    ...object,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { ...rest, name, uid, resourceVersion, ...place },
  };
}

/** The value where it is an object, otherwise an empty one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function malformed(kind: ObjectKind, what: string, effect: 'none' | 'unknown'): ApiFailedError {
  return new ApiFailedError('malformed', `An object in the API server's reply about a ${kind.kind} ${what}.`, {
    effect,
  });
}
