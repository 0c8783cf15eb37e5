import type { ServiceDefinition } from '../definition/service-definition.ts';
import { memberEventsRule } from './apply-access.ts';
import type { KubeObject } from './kube-object.ts';
import { memberServiceAccount } from './names.ts';

const roleName = 'firecamp-member';

/**
 * The service account of a namespace's members and what it may do: read pods, tell Events, and where the records are ConfigMaps, read and change
 * them.
 */
export function memberAccess({ namespace, dbType }: Pick<ServiceDefinition, 'namespace' | 'dbType'>): KubeObject[] {
  const group = 'rbac.authorization.k8s.io';
  // All services of the namespace share these: no service's name is in them, and they go with the last one.
  const metadata = (name: string) => ({ name, namespace, labels: { 'app.kubernetes.io/managed-by': 'firecamp' } });
  const records = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'] };
  // A role of its own: a second service with another DB type would otherwise take the first one's rights away.
  const name = dbType === 'k8sdb' ? `${roleName}-k8sdb` : roleName;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(memberServiceAccount) },
    {
      apiVersion: `${group}/v1`,
      kind: 'Role',
      metadata: metadata(name),
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
        memberEventsRule,
        ...(dbType === 'k8sdb' ? [records] : []),
      ],
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: metadata(name),
      roleRef: { apiGroup: group, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: memberServiceAccount, namespace }],
    },
  ];
}
