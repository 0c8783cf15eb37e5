import type { ServiceDefinition } from '../definition/service-definition.ts';
import {
  type Container,
  containerBase,
  type EnvVar,
  podField,
  resourcesOf,
  type VolumeMount,
  value,
} from './container.ts';
import { hasNativeSidecars } from './kube-version.ts';
import { storageName } from './names.ts';
import { serviceAccountMount } from './service-account-volume.ts';
import type { ClusterFacts, ServiceFacts } from './service-facts.ts';

/** Memory that the init and the stop container share; it goes with the pod. */
export const runVolume = { name: 'firecamp-run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };

/** Init containers in their order, and what runs beside the main container. */
interface MemberContainers {
  readonly initContainers: readonly Container[];
  readonly beside: readonly Container[];
}

/**
 * The claim and the release of a member. The stop container comes first, so that a pod which is ended while it claims still releases.
 * Before Kubernetes 1.29 it can only stand beside the main container: then a pod that is ended while it claims releases nothing, and the
 * next claim takes the address over. With TESTMODE its program ends at once, and what ends may not be a sidecar: kubelet would start it for ever.
 */
export function memberContainers(
  service: ServiceDefinition,
  facts: ServiceFacts,
  cluster: ClusterFacts,
): MemberContainers {
  const init = initContainer(service, facts, cluster);
  const stop = stopContainer(service, facts, cluster);
  if (service.testMode) return { initContainers: [stop, init], beside: [] };
  const waiting = { ...stop, ...readiness(service) };
  if (!hasNativeSidecars(cluster.kubeVersion)) {
    return { initContainers: [init], beside: [{ ...waiting, lifecycle: afterMain }] };
  }
  return { initContainers: [{ ...waiting, restartPolicy: 'Always' }, init], beside: [] };
}

/** Beside the main container, both would be told to end at once: the hook holds the stop container's signal back until the main one is over. */
const afterMain = { preStop: { exec: { command: ['/firecamp-stopcontainer', '--await-main'] } } };

function initContainer(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts): Container {
  return {
    ...containerBase(`memberinit-${service.name}`, image(service, 'firecamp-initcontainer')),
    command: ['/firecamp-initcontainer'],
    env: environment(service, facts, cluster),
    resources: resourcesOf({ maxCpuUnits: 1000, reserveCpuUnits: 100, maxMemMb: 256, reserveMemMb: 64 }),
    securityContext: rights(claimPowers(service)),
    volumeMounts: mounts(service),
  };
}

/** It waits in less than 1 MiB; the limits are those of the release at its end. */
function stopContainer(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts): Container {
  return {
    ...containerBase(`memberstop-${service.name}`, image(service, 'firecamp-stopcontainer')),
    command: ['/firecamp-stopcontainer'],
    env: environment(service, facts, cluster),
    resources: resourcesOf({ maxCpuUnits: 1000, reserveCpuUnits: 10, maxMemMb: 256, reserveMemMb: 16 }),
    securityContext: rights(releasePowers(service)),
    volumeMounts: mounts(service),
  };
}

function image({ images }: ServiceDefinition, name: string): string {
  return `${images.org}/${name}:${images.release}`;
}

function environment(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts): EnvVar[] {
  return [
    ...(service.testMode ? [value('TESTMODE', 'true')] : []),
    value('CLUSTER', service.cluster),
    value('SERVICE_NAME', service.name),
    ...(facts.serviceUuid === undefined ? [] : [value('SERVICE_UUID', facts.serviceUuid)]),
    value('DB_TYPE', service.dbType),
    value('AWS_REGION', service.region),
    value('VPC_CNI', cluster.vpcCni),
    value('DETACH_POLICY', service.detachPolicy),
    podField('POD_NAME', 'metadata.name'),
    podField('POD_UID', 'metadata.uid'),
    podField('K8S_NAMESPACE', 'metadata.namespace'),
    podField('NODE_NAME', 'spec.nodeName'),
    podField('HOST_IP', 'status.hostIP'),
    ...Object.entries(service.settings).map(([name, text]) => value(name, text)),
  ];
}

/**
 * The capabilities that a claim needs. Many a main container makes all of its volume its own user's: the claim still has to write there
 * (DAC_OVERRIDE) and to leave files that this user can read (CHOWN). Both are among what a container has unless told otherwise, and what Pod
 * Security "baseline" allows.
 */
function claimPowers({ staticIp, testMode }: ServiceDefinition): string[] {
  if (testMode) return [];
  return ['CHOWN', 'DAC_OVERRIDE', ...(staticIp ? ['NET_ADMIN'] : [])];
}

/** Those of a release, which also removes a file from that volume. Without an address there is nothing to release. */
function releasePowers({ staticIp, testMode }: ServiceDefinition): string[] {
  return staticIp && !testMode ? ['DAC_OVERRIDE', 'NET_ADMIN'] : [];
}

/** Root, because a capability that is added counts for no other user (containerd); and of root's rights only those that are needed. */
function rights(add: readonly string[]) {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { ...(add.length > 0 ? { add } : {}), drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsUser: 0,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function mounts(service: ServiceDefinition): VolumeMount[] {
  return [
    { name: dataVolumeName(service), mountPath: '/data' },
    { name: runVolume.name, mountPath: '/run/firecamp' },
    serviceAccountMount,
  ];
}

/** The member's data volume, or for a member without one the pod's own: config files need a place in any case. */
export function dataVolumeName(service: Pick<ServiceDefinition, 'name'>): string {
  return storageName(service.name, 'data');
}

/** The address is on the host: a file that the waiting process keeps fresh as long as it is. Only a member with a static IP has it. */
function readiness(service: ServiceDefinition): Record<string, unknown> {
  if (!service.staticIp) return {};
  return {
    readinessProbe: {
      exec: { command: ['/firecamp-stopcontainer', '--is-ready'] },
      failureThreshold: 3,
      periodSeconds: 5,
      successThreshold: 1,
      timeoutSeconds: 5,
    },
  };
}
