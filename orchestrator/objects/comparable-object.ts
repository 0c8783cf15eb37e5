import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { has } from '../definition/field-reader.ts';

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
  if (live.kind !== 'Service' || has(wanted, 'spec', 'clusterIP')) return object;
  const { spec } = object;
  const { clusterIP: _one, clusterIPs: _all, ...asked }: Readonly<Record<string, unknown>> = { ...asObject(spec) };
  return { ...object, spec: asked };
}

function withoutLastApplied(annotations: unknown): object | undefined {
  if (typeof annotations !== 'object' || annotations === null) return undefined;
  const kept = Object.entries(annotations).filter(([name]) => name !== lastApplied);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
