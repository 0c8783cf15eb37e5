import { memberEventsRule } from '../../../orchestrator/manifests/apply-access.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';

/** FireCamp's service account of members. */
export const memberAccount = 'firecamp-statefulservice-sa';

/** Makes the members' service account, which may read pods, tell Events, and read the records where they are ConfigMaps. */
export async function makeMemberAccount(api: KubeApi, namespace: string): Promise<void> {
  // Asking for a token makes the account, which no controller does here.
  await api.serviceAccountToken(namespace, memberAccount);
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const role = {
    metadata: { name: 'firecamp-member' },
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      memberEventsRule,
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
    ],
  };
  const binding = {
    metadata: { name: 'firecamp-member' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'firecamp-member' },
    subjects: [{ kind: 'ServiceAccount', name: memberAccount, namespace }],
  };
  for (const [kind, object] of [
    ['roles', role],
    ['rolebindings', binding],
  ] as const) {
    await api.admin('POST', `${path}/${kind}`, object);
  }
}
