import type { ObjectKind, ObjectRef } from '../ports/kube-objects.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of a kind's objects in one namespace, or in all (Kubernetes API concepts, "Resource URIs"). */
export function collectionPath(kind: ObjectKind, namespace: string | undefined): string {
  const root = kind.apiVersion.includes('/') ? '/apis' : '/api';
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}/${kind.apiVersion}${within}/${kind.plural}`;
}

/** The path of one object. */
export function objectPath(ref: ObjectRef): string {
  return `${collectionPath(ref.kind, ref.namespace)}/${encodeURIComponent(ref.name)}`;
}

/** The path with those parameters that have a value. */
export function withQuery(path: string, query: Query): string {
  const told = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) told.set(name, String(value));
  return told.size === 0 ? path : `${path}?${told}`;
}
