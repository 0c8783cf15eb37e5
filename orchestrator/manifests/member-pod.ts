import type { ServiceDefinition } from '../definition/service-definition.ts';
import { mainContainer } from './main-container.ts';
import { dataVolumeName, memberContainers, runVolume } from './member-containers.ts';
import { memberServiceAccount, serviceLabels, storageName } from './names.ts';
import { placement } from './placement.ts';
import { podBase, runsAs } from './pod-base.ts';
import { serviceAccountVolume } from './service-account-volume.ts';
import type { ClusterFacts, ServiceFacts } from './service-facts.ts';
import { volumesOf } from './volumes-of-service.ts';

/** The pod template of a stateful service: claim and release wired in around the main container. */
export function memberPodTemplate(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts) {
  const { initContainers, beside } = memberContainers(service, facts, cluster);
  const onHost = service.staticIp && !service.testMode;
  return {
    metadata: { labels: serviceLabels(service, facts) },
    spec: {
      ...podBase,
      ...runsAs(memberServiceAccount),
      ...placement(service, facts, cluster),
      automountServiceAccountToken: false,
      ...(onHost ? { hostNetwork: true } : {}),
      dnsPolicy: onHost ? 'ClusterFirstWithHostNet' : 'ClusterFirst',
      initContainers,
      containers: [mainContainer(service, portReach(service), mainMounts(service)), ...beside],
      restartPolicy: 'Always',
      // The stop container's hook has to see when the main container's processes are gone.
      ...(beside.length > 0 ? { shareProcessNamespace: true } : {}),
      terminationGracePeriodSeconds: service.terminationGracePeriodSeconds,
      volumes: [...podVolumes(service), runVolume, serviceAccountVolume],
    },
  };
}

/** A name without a static IP has the node's address: that is where the ports have to be. */
function portReach(service: ServiceDefinition) {
  return !service.testMode && (service.staticIp || service.registerDns) ? 'host' : 'pod';
}

function mainMounts(service: ServiceDefinition) {
  const own = volumesOf(service).map(({ kind, volume }) => ({
    name: storageName(service.name, kind),
    mountPath: volume.mountPath,
  }));
  return service.dataVolume ? own : [{ name: dataVolumeName(service), mountPath: '/data' }, ...own];
}

/** What no claim template stands for: with TESTMODE all volumes, so that the pod starts where there is no EBS. */
function podVolumes(service: ServiceDefinition) {
  const names = service.testMode ? volumesOf(service).map(({ kind }) => storageName(service.name, kind)) : [];
  const missing = service.dataVolume ? names : [dataVolumeName(service), ...names];
  return missing.map((name) => ({ name, emptyDir: {} }));
}
