import type { ServiceDefinition } from '../definition/service-definition.ts';
import { applyRules, clusterApplyRules } from './apply-access.ts';
import { containerBase, resourcesOf, value } from './container.ts';
import type { KubeObject } from './kube-object.ts';
import { serviceLabels } from './names.ts';
import { podBase, runsAs } from './pod-base.ts';

/** The service account of the Jobs that apply service files; an AWS role is tied to it (IRSA, EKS Pod Identity). */
const applyServiceAccount = 'firecamp-apply';

/** A service file on its way into a cluster. */
export interface ApplySource {
  /** The file as it was written. */
  readonly text: string;
  /** Hex digits that change with the file: a Job can never be changed, so each version of the file is a Job of its own. */
  readonly digest: string;
}

/**
 * A Job that runs `firecamp apply` on the service file, with all that it needs: for GitOps, where nobody runs the command by hand. Argo CD
 * carries it out in a wave before the service's other objects, whose pods could claim nothing before.
 */
export function applyJob(service: ServiceDefinition, source: ApplySource): KubeObject[] {
  const file = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(service, `${service.name}-service-file`),
    data: { 'service.yaml': source.text },
  };
  return [...access(service), file, job(service, source.digest)];
}

function metadata(service: ServiceDefinition, name: string) {
  return {
    name,
    namespace: service.namespace,
    labels: jobLabels(service),
    annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
  };
}

/** Not the members' own selector label: the Job's pod is no member. */
function jobLabels(service: ServiceDefinition): Record<string, string> {
  const { 'firecamp-servicename': _member, ...labels } = serviceLabels(service, { serviceUuid: undefined });
  return { ...labels, 'app.kubernetes.io/component': 'apply' };
}

/** Shared by all services of the namespace. Nodes, volumes and storage classes belong to no namespace, so these rights are the cluster's. */
function access({ namespace }: ServiceDefinition): KubeObject[] {
  const group = 'rbac.authorization.k8s.io';
  const name = applyServiceAccount;
  const shared = (of: string) => ({
    name: of,
    labels: { 'app.kubernetes.io/managed-by': 'firecamp' },
    annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
  });
  const inNamespace = { ...shared(name), namespace };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const apiVersion = `${group}/v1`;
  const clusterName = `${name}-${namespace}`;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inNamespace },
    { apiVersion, kind: 'Role', metadata: inNamespace, rules: applyRules },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: inNamespace,
      roleRef: { apiGroup: group, kind: 'Role', name },
      subjects,
    },
    { apiVersion, kind: 'ClusterRole', metadata: shared(clusterName), rules: clusterApplyRules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: shared(clusterName),
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: clusterName },
      subjects,
    },
  ];
}

function job(service: ServiceDefinition, digest: string): KubeObject {
  const name = `${service.name.slice(0, 40)}-apply-${digest.slice(0, 8)}`;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadata(service, name),
    spec: {
      activeDeadlineSeconds: 3600,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      suspend: false,
      template: {
        metadata: { labels: jobLabels(service) },
        spec: {
          ...podBase,
          ...runsAs(applyServiceAccount),
          securityContext: { ...podBase.securityContext, runAsNonRoot: true, runAsUser: 65_532 },
          containers: [container(service)],
          dnsPolicy: 'ClusterFirst',
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 30,
          volumes: [{ name: 'service-file', configMap: { defaultMode: 0o444, name: `${service.name}-service-file` } }],
        },
      },
    },
  };
}

function container({ images, cluster, namespace, region, settings }: ServiceDefinition) {
  // Where AWS is reached in the pods, it is reached from here; the other settings are the two containers' own.
  const outside = Object.entries(settings).filter(([name]) => /^(AWS|NODE)_/.test(name));
  return {
    ...containerBase('apply', `${images.org}/firecamp:${images.release}`),
    command: ['/firecamp'],
    // The flags stand before what is in the file, as they did when this was rendered.
    args: ['apply', '-f', '/etc/firecamp/service.yaml', '-n', namespace, '--cluster', cluster, '-o', 'json'],
    env: [value('AWS_REGION', region), ...outside.map(([name, text]) => value(name, text))],
    resources: resourcesOf({ maxCpuUnits: 1000, reserveCpuUnits: 50, maxMemMb: 512, reserveMemMb: 128 }),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: 'service-file', mountPath: '/etc/firecamp', readOnly: true }],
  };
}
