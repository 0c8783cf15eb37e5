import { kinds } from '../../../orchestrator/objects/kinds.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';

interface One {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly status?: unknown;
}

interface Listed {
  readonly items: readonly One[];
}

const inNamespace = [
  kinds.ConfigMap,
  kinds.Deployment,
  kinds.PodDisruptionBudget,
  kinds.Role,
  kinds.RoleBinding,
  kinds.Service,
  kinds.ServiceAccount,
];

/** What the API server adds to everything, each time anew. */
const ofOneTime = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid'];

/**
 * A namespace, its objects, and those of the cluster that are about it, whole; the namespace's own name in them is NAMESPACE, so that two
 * can be compared.
 */
export async function installedState(kube: KubeApi, namespace: string): Promise<unknown[]> {
  const pathOf = (apiVersion: string) => (apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`);
  const list = async (path: string) => ((await kube.admin('GET', path)) as Listed).items;
  const inside = await Promise.all(
    inNamespace.map(({ apiVersion, plural }) => list(`${pathOf(apiVersion)}/namespaces/${namespace}/${plural}`)),
  );
  const wide = await Promise.all(
    [kinds.ClusterRole, kinds.ClusterRoleBinding].map(async ({ apiVersion, plural }) =>
      (await list(`${pathOf(apiVersion)}/${plural}`)).filter(({ metadata: { name } }) => name.endsWith(namespace)),
    ),
  );
  const { status: _status, ...itself } = (await kube.admin('GET', `/api/v1/namespaces/${namespace}`)) as One;
  const objects = [itself, ...inside.flat(), ...wide.flat()].map(({ metadata, ...rest }) => ({
    ...rest,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([field]) => !ofOneTime.includes(field))),
  }));
  const text = JSON.stringify(objects).replaceAll(namespace, 'NAMESPACE');
  return JSON.parse(text) as unknown[];
}
