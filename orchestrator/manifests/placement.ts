import type { ServiceDefinition } from '../definition/service-definition.ts';
import { podSelector } from './names.ts';
import type { ClusterFacts, ServiceFacts } from './service-facts.ts';

const zoneLabel = 'topology.kubernetes.io/zone';
const hostLabel = 'kubernetes.io/hostname';

/** Where members may run: in the service's zones, evenly, on nodes of their own; with TESTMODE anywhere. */
export function placement(service: ServiceDefinition, facts: ServiceFacts, cluster: ClusterFacts) {
  const nodeAffinity = service.testMode ? {} : inZones(service, facts, cluster);
  return {
    affinity: { ...nodeAffinity, podAntiAffinity: apart(service) },
    tolerations: ['not-ready', 'unreachable'].map(leaveSoon),
    topologySpreadConstraints: [
      {
        labelSelector: podSelector(service),
        maxSkew: 1,
        topologyKey: zoneLabel,
        // Members are tied to their zones by their volumes. A rule without exception would hold them up while a zone is lost.
        whenUnsatisfiable: 'ScheduleAnyway',
      },
    ],
  };
}

function inZones(service: ServiceDefinition, facts: ServiceFacts, { subnetLabel }: ClusterFacts) {
  const subnets = [...new Set(facts.members.flatMap((member) => member.subnetId ?? []))].sort();
  const matchExpressions = [
    ...(service.zones.length > 0 ? [{ key: zoneLabel, operator: 'In', values: service.zones }] : []),
    ...(subnetLabel !== undefined && subnets.length > 0 ? [{ key: subnetLabel, operator: 'In', values: subnets }] : []),
  ];
  if (matchExpressions.length === 0) return {};
  return {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
  };
}

/** Members on the host network would bind the same ports, so they never share a node; others rather do than not run. */
function apart(service: ServiceDefinition) {
  const term = { labelSelector: podSelector(service), topologyKey: hostLabel };
  if (service.staticIp && !service.testMode) return { requiredDuringSchedulingIgnoredDuringExecution: [term] };
  return { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: term, weight: 100 }] };
}

/** The default is 300 s. A member that moves takes its address and its volume along, so there is nothing to wait for. */
function leaveSoon(condition: string) {
  return { effect: 'NoExecute', key: `node.kubernetes.io/${condition}`, operator: 'Exists', tolerationSeconds: 30 };
}
