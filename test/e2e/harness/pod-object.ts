/** A container of a pod, as far as a kubelet that is played needs it. */
export interface ContainerObject {
  readonly name: string;
  readonly command?: readonly string[];
  readonly restartPolicy?: string;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe?: { readonly exec: { readonly command: readonly string[] } };
}

/** A pod as the API server has it. */
export interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName: string;
    readonly initContainers: readonly ContainerObject[];
    readonly containers: readonly ContainerObject[];
    readonly volumes: readonly {
      readonly name: string;
      readonly persistentVolumeClaim?: { readonly claimName: string };
    }[];
  };
  readonly status: Readonly<Record<string, unknown>>;
}

/** What the downward API gives for this field (Kubernetes documentation, "Downward API"). */
export function podField(pod: PodObject, hostIp: string, path: string): string {
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.uid': pod.metadata.uid,
    'metadata.namespace': pod.metadata.namespace,
    'spec.nodeName': pod.spec.nodeName,
    'status.hostIP': hostIp,
  };
  const value = fields[path];
  if (value === undefined) throw new Error(`A field of the pod that is not played: ${path}`);
  return value;
}
