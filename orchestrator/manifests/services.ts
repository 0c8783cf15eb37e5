import type { PortDefinition, ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from './kube-object.ts';
import { memberName, namespaced, podSelector, staticServiceName } from './names.ts';
import type { ServiceFacts } from './service-facts.ts';

/** Static IPs are IPv4, and a Service without a selector would be given both families where nothing is said. */
const families = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' } as const;
const headless = {
  ...families,
  clusterIP: 'None',
  clusterIPs: ['None'],
  internalTrafficPolicy: 'Cluster',
  // Members find each other to become ready.
  publishNotReadyAddresses: true,
  sessionAffinity: 'None',
  type: 'ClusterIP',
} as const;

/** The StatefulSet's Service. Of members on the host network it gives the nodes' addresses: see {@link staticMembers}. */
export function headlessService(service: ServiceDefinition, facts: ServiceFacts): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: namespaced(service, facts, service.name),
    spec: { ...headless, ...portsOf(service.ports), selector: podSelector(service).matchLabels },
  };
}

/** The Service of a stateless service: one address for all its pods, at the ports that clients use. */
export function clusterService(service: ServiceDefinition, facts: ServiceFacts): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: namespaced(service, facts, service.name),
    spec: {
      ...families,
      internalTrafficPolicy: 'Cluster',
      ...portsOf(service.ports.filter((port) => port.isServicePort)),
      selector: podSelector(service).matchLabels,
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  };
}

/**
 * A Service without a selector and an EndpointSlice of our own, by which cluster DNS knows `<member>.<service>-members` as the member's
 * static IP; nothing when no member has one.
 */
export function staticMembers(service: ServiceDefinition, facts: ServiceFacts): KubeObject[] {
  const name = staticServiceName(service.name);
  const metadata = namespaced(service, facts, name);
  const endpoints = facts.members.flatMap(({ staticIp, ordinal, zone }) =>
    staticIp === undefined
      ? []
      : [{ addresses: [staticIp], conditions: { ready: true }, hostname: memberName(service.name, ordinal), zone }],
  );
  if (endpoints.length === 0) return [];
  const slice: KubeObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...metadata,
      labels: {
        ...metadata.labels,
        'kubernetes.io/service-name': name,
        // Another value than the controller's own keeps it from removing the slice.
        'endpointslice.kubernetes.io/managed-by': 'firecamp',
      },
    },
    addressType: 'IPv4',
    endpoints,
    ports: service.ports.map((port) => ({ name: port.name, port: port.containerPort, protocol: 'TCP' })),
  };
  return [{ apiVersion: 'v1', kind: 'Service', metadata, spec: { ...headless, ...portsOf(service.ports) } }, slice];
}

function portsOf(ports: readonly PortDefinition[]) {
  if (ports.length === 0) return {};
  return {
    ports: ports.map(({ name, containerPort }) => ({
      name,
      port: containerPort,
      protocol: 'TCP',
      targetPort: containerPort,
    })),
  };
}
