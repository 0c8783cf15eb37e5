import type { OrchestratorWorld } from '../world.ts';

/** Where the API server lists what an orchestrator may leave behind. */
const namespaced = [
  'api/v1 configmaps',
  'api/v1 endpoints',
  'api/v1 persistentvolumeclaims',
  'api/v1 pods',
  'api/v1 serviceaccounts',
  'api/v1 services',
  'apis/apps/v1 controllerrevisions',
  'apis/apps/v1 deployments',
  'apis/apps/v1 replicasets',
  'apis/apps/v1 statefulsets',
  'apis/batch/v1 jobs',
  'apis/discovery.k8s.io/v1 endpointslices',
  'apis/policy/v1 poddisruptionbudgets',
  'apis/rbac.authorization.k8s.io/v1 rolebindings',
  'apis/rbac.authorization.k8s.io/v1 roles',
];
const clusterScoped = ['api/v1 persistentvolumes', 'apis/storage.k8s.io/v1 storageclasses'];

interface Listed {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly uid: string } }[];
}

/** Names and UIDs of all objects of the namespace (the store's ConfigMaps among them) and of all cluster-scoped ones that a service makes. */
export async function everyObject({
  kube,
  namespace,
}: Pick<OrchestratorWorld, 'kube' | 'namespace'>): Promise<string[]> {
  const paths = [
    ...namespaced.map((kind) => kind.replace(' ', `/namespaces/${namespace}/`)),
    ...clusterScoped.map((kind) => kind.replace(' ', '/')),
  ];
  const lists = await Promise.all(
    paths.map(async (path) => {
      const { items } = (await kube.admin('GET', `/${path}`)) as Listed;
      return items.map(({ metadata }) => `${path.split('/').at(-1)} ${metadata.name} ${metadata.uid}`);
    }),
  );
  return lists.flat().sort();
}

/** All of the account that can change: interfaces with their addresses, volumes, reservations, zones with tags and records. */
export function wholeAccount({ cloud: { ec2, route53 } }: Pick<OrchestratorWorld, 'cloud'>): unknown {
  const zones = route53
    .zones()
    .map((zone) => ({ zone, tags: [...route53.tags(zone.id)], records: route53.records(zone.id) }));
  const interfaces = ec2.interfaces().map(({ id, addresses }) => ({ id, addresses }));
  const volumes = [...ec2.volumes.values()];
  return structuredClone({ interfaces, volumes, reservations: [...ec2.reservations.values()], zones });
}
