import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';

/** A container as the tests look at it. */
export interface FoundContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly restartPolicy?: string;
  readonly env?: readonly { name: string; value?: string; valueFrom?: { fieldRef: { fieldPath: string } } }[];
  readonly ports?: readonly { name: string; containerPort: number; hostPort?: number }[];
  readonly volumeMounts?: readonly { name: string; mountPath: string }[];
  readonly readinessProbe?: unknown;
  readonly securityContext?: {
    runAsUser?: number;
    capabilities?: { add?: readonly string[]; drop?: readonly string[] };
  };
  readonly resources: unknown;
}

/** A pod's spec as the tests look at it. */
export interface FoundPod {
  readonly initContainers?: readonly FoundContainer[];
  readonly containers: readonly FoundContainer[];
  readonly hostNetwork?: boolean;
  readonly dnsPolicy: string;
  readonly automountServiceAccountToken: boolean;
  readonly affinity: {
    readonly nodeAffinity?: unknown;
    readonly podAntiAffinity: Readonly<Record<string, unknown>>;
  };
  readonly volumes: readonly { name: string }[];
}

export function specOf(object: KubeObject): Record<string, unknown> {
  return object['spec'] as Record<string, unknown>;
}

export function podOf(object: KubeObject): FoundPod {
  return (specOf(object)['template'] as { spec: FoundPod }).spec;
}

/** The one container of the pod by that name, wherever it runs. */
export function containerOf(object: KubeObject, name: string): FoundContainer {
  const pod = podOf(object);
  const found = [...(pod.initContainers ?? []), ...pod.containers].filter((container) => container.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} containers are called ${name}`);
  return found[0];
}
