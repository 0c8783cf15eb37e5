import type { LiveObject } from '../../common/ports/kube-objects.ts';

/** What a comparison reads of an object. */
export type ComparableObject = Readonly<Record<string, unknown>>;

/** Written by the API server alone (Kubernetes API conventions, "Metadata"). */
const serverMetadata: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** kubectl's copy of what it was given: it says nothing that the object does not. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without what only the server writes, and without its status: two that are equal so are the same wish. */
export function comparable(live: LiveObject): ComparableObject {
  const { status: _status, metadata, ...rest } = live;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([field]) => !serverMetadata.has(field)));
  const { annotations, ...others } = kept;
  const own = withoutLastApplied(annotations);
  return { ...rest, metadata: { ...others, ...(own !== undefined && { annotations: own }) } };
}

/** As `comparable`, of what a dry run would create: addresses that each dry run picks anew are left out where nobody asked for them. */
export function comparableNew(live: LiveObject, wanted: ComparableObject): ComparableObject {
  const object = comparable(live);
  if (live.kind !== 'Service' || isObject(wanted['spec'], 'clusterIP')) return object;
  const { clusterIP: _one, clusterIPs: _all, ...spec } = { ...recordAt(object, 'spec') };
  return { ...object, spec };
}

function withoutLastApplied(annotations: unknown): object | undefined {
  if (typeof annotations !== 'object' || annotations === null) return undefined;
  const kept = Object.entries(annotations).filter(([name]) => name !== lastApplied);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** The object in that field, or an empty one. */
export function recordAt(object: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> {
  let at = object;
  for (const field of path) at = isObject(at) ? at[field] : undefined;
  return isObject(at) ? at : {};
}

/** The list in that field, or an empty one. */
export function listAt(object: unknown, ...path: readonly string[]): readonly unknown[] {
  const last = path.at(-1);
  const at = last === undefined ? undefined : recordAt(object, ...path.slice(0, -1))[last];
  return Array.isArray(at) ? at : [];
}

/** The text in that field; undefined when there is none. */
export function textAt(object: unknown, ...path: readonly string[]): string | undefined {
  const last = path.at(-1);
  const at = last === undefined ? undefined : recordAt(object, ...path.slice(0, -1))[last];
  return typeof at === 'string' && at !== '' ? at : undefined;
}

/** The number in that field; undefined when there is none. */
export function numberAt(object: unknown, ...path: readonly string[]): number | undefined {
  const last = path.at(-1);
  const at = last === undefined ? undefined : recordAt(object, ...path.slice(0, -1))[last];
  return typeof at === 'number' ? at : undefined;
}

function isObject(value: unknown, having?: string): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && (having === undefined || having in value)
  );
}
