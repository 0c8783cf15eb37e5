import { randomBytes } from 'node:crypto';
import { installObjects } from '../../../orchestrator/install/install-objects.ts';
import type { Installation } from '../../../orchestrator/install/installation.ts';
import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';
import { installedLabels } from '../../../orchestrator/objects/object-owner.ts';

export const rbac = 'rbac.authorization.k8s.io/v1';

/** Of a namespace that is not there yet. */
export function newName(): string {
  return `stores-${randomBytes(4).toString('hex')}`;
}

/** With records in ConfigMaps and no role in AWS, unless it says otherwise. */
export function installationIn(namespace: string, changed: Partial<Installation> = {}): Installation {
  return { namespace, dbType: 'k8sdb', memberRoleArn: undefined, managerRoleArn: undefined, ...changed };
}

/** What another release might have made: one role wider, an annotation and a role more, and something that runs. */
export function ofAnotherRelease(namespace: string): KubeObject[] {
  const anything = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }];
  const within = (name: string) => ({ name, namespace, labels: installedLabels });
  const pod = { metadata: { labels: { app: 'guard' } }, spec: { containers: [{ name: 'guard', image: 'x' }] } };
  return [
    ...installObjects(installationIn(namespace)).map((object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { 'example.com/of': 'another release' } },
      ...(object.kind === 'Role' && { rules: [...(object['rules'] as object[]), ...anything] }),
    })),
    { apiVersion: rbac, kind: 'Role', metadata: within('firecamp-guard'), rules: anything },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: {
        name: `firecamp-guard-${namespace}`,
        labels: { ...installedLabels, 'firecamp-namespace': namespace },
      },
      rules: anything,
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: within('firecamp-guard'),
      spec: { selector: { matchLabels: { app: 'guard' } }, template: pod },
    },
  ];
}
