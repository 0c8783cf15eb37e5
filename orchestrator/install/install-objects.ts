import { clusterApplyRules, managerRules } from '../manifests/apply-access.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { memberAccess } from '../manifests/member-access.ts';
import { memberServiceAccount } from '../manifests/names.ts';
import { installedLabels } from '../objects/object-owner.ts';
import type { Installation } from './installation.ts';

/** Service account of whatever makes services from within the cluster, FireCamp's name for it. */
export const managerServiceAccount = 'firecamp-manageservice-sa';

/** Label of objects that are in no namespace, with the name of the one that they are for. */
export const ofNamespace = 'firecamp-namespace';

const managerRole = 'firecamp-manager';
const group = 'rbac.authorization.k8s.io';

/** What a cluster needs before the first service of a namespace, in the order in which it is made. */
export function installObjects(installation: Installation): KubeObject[] {
  const { namespace, existingNamespace, dbType, memberRoleArn, managerRoleArn } = installation;
  const members = memberAccess({ namespace, dbType }).map((object) =>
    withMetadata(object, object.metadata.name === memberServiceAccount ? roleOf(memberRoleArn) : {}),
  );
  const itself = existingNamespace ? [] : [namespaceObject(namespace)];
  return [...itself, ...members, ...managerAccess(namespace, managerRoleArn)];
}

/**
 * With the namespace the records, claims and config of its services would go, so no tool may take it away because the installation goes
 * (Helm documentation, "Tell Helm Not To Uninstall a Resource"; Argo CD, "Sync Options"; Flux, "Kustomization", prune).
 */
const neverDeleted = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** Members are on the host network, which every other level than `privileged` forbids (Kubernetes documentation, "Pod Security Standards"). */
function namespaceObject(name: string): KubeObject {
  const labels = { ...installedLabels, 'pod-security.kubernetes.io/enforce': 'privileged' };
  const metadata = { name, annotations: neverDeleted, labels };
  return { apiVersion: 'v1', kind: 'Namespace', metadata };
}

/** Nodes, volumes and storage classes belong to no namespace, so a ClusterRole goes with the Role. */
function managerAccess(namespace: string, roleArn: string | undefined): KubeObject[] {
  const apiVersion = `${group}/v1`;
  const subjects = [{ kind: 'ServiceAccount', name: managerServiceAccount, namespace }];
  const within = (name: string) => ({ name, namespace, labels: installedLabels });
  const clusterName = `${managerRole}-${namespace}`;
  // The only thing that ties it to its namespace: a cluster may have several installations.
  const clusterWide = { name: clusterName, labels: { ...installedLabels, [ofNamespace]: namespace } };
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: within(managerServiceAccount) };
  return [
    withMetadata(account, roleOf(roleArn)),
    { apiVersion, kind: 'Role', metadata: within(managerRole), rules: managerRules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: within(managerRole),
      roleRef: { apiGroup: group, kind: 'Role', name: managerRole },
      subjects,
    },
    { apiVersion, kind: 'ClusterRole', metadata: clusterWide, rules: clusterApplyRules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: clusterWide,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: clusterName },
      subjects,
    },
  ];
}

/** EKS user guide, "Assign IAM roles to Kubernetes service accounts". */
function roleOf(arn: string | undefined): { readonly annotations?: Readonly<Record<string, string>> } {
  return arn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': arn } };
}

function withMetadata(object: KubeObject, more: ReturnType<typeof roleOf>): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, ...more, labels: { ...metadata.labels, ...installedLabels } } };
}
