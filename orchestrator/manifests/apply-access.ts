/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1, PolicyRule). */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const manage = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const read = ['get', 'list', 'watch'];

/** What members' programs tell; of an Event that is there already the API server lets nothing be changed but how often it came. */
export const memberEventsRule: Rule = {
  apiGroups: ['events.k8s.io'],
  resources: ['events'],
  verbs: ['create', 'get', 'patch'],
};

/**
 * What `firecamp apply` does in the service's namespace. A role can only be given away by somebody who has its rights, so those of the
 * members are in it.
 */
export const applyRules: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'services', 'serviceaccounts', 'persistentvolumeclaims'],
    verbs: manage,
  },
  { apiGroups: [''], resources: ['pods', 'events'], verbs: read },
  memberEventsRule,
  { apiGroups: ['apps'], resources: ['statefulsets', 'deployments'], verbs: manage },
  // Versions of config files go when no task needs them any more.
  { apiGroups: ['batch'], resources: ['jobs'], verbs: read },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: manage },
  // The owner of a Service's endpoints must be allowed to say so.
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices/restricted'], verbs: ['create'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: manage },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: manage },
];

/** What the other commands need beside `firecamp apply`: tasks, and the last words of a container that did not start. */
const furtherRules: readonly Rule[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

/** What all commands do in the services' namespace. */
export const managerRules: readonly Rule[] = [...applyRules, ...furtherRules];

/** What it does outside of namespaces, and reads of others: `kube-system` says which cluster this is and which CNI it has. */
export const clusterApplyRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['nodes', 'namespaces'], verbs: read },
  { apiGroups: [''], resources: ['persistentvolumes'], verbs: manage },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: manage },
  { apiGroups: ['storage.k8s.io'], resources: ['csidrivers'], verbs: read },
  { apiGroups: ['apps'], resources: ['daemonsets'], verbs: read },
];
