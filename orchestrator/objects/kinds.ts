import type { ObjectKind, ObjectRef } from '../../common/ports/kube-objects.ts';
import type { KubeObject } from '../manifests/kube-object.ts';

/** Every kind of object that the orchestrator reads or writes. */
export const kinds = {
  ClusterRole: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', plural: 'clusterroles' },
  ClusterRoleBinding: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
  },
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
  CSIDriver: { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', plural: 'csidrivers' },
  DaemonSet: { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets' },
  Deployment: { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', plural: 'endpointslices' },
  Event: { apiVersion: 'v1', kind: 'Event', plural: 'events' },
  Job: { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' },
  Namespace: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' },
  Node: { apiVersion: 'v1', kind: 'Node', plural: 'nodes' },
  PersistentVolume: { apiVersion: 'v1', kind: 'PersistentVolume', plural: 'persistentvolumes' },
  PersistentVolumeClaim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' },
  Pod: { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
  Role: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', plural: 'roles' },
  RoleBinding: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', plural: 'rolebindings' },
  Secret: { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' },
  Service: { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  ServiceAccount: { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' },
  StatefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' },
  StorageClass: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', plural: 'storageclasses' },
} as const satisfies Record<string, ObjectKind>;

const byName: ReadonlyMap<string, ObjectKind> = new Map(Object.entries(kinds));

/** Where the API server keeps a manifest's object. Manifests are ours, so an unknown kind is a fault of ours. */
export function refOf({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): ObjectRef {
  const known = byName.get(kind);
  if (known === undefined) throw new TypeError(`${kind} is not in the table of kinds`);
  const { name, namespace } = metadata;
  return { kind: known, name, ...(namespace !== undefined && { namespace }) };
}
