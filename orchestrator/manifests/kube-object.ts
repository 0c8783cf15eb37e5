/** What every Kubernetes object carries. Cluster-scoped ones have no namespace. */
export interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An object as the API server takes it; nothing in it is `undefined`, so that JSON and YAML of it are whole. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: unknown;
}

/** A label selector (Kubernetes API, LabelSelector). */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
}
