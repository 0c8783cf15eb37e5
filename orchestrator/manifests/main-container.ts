import type { PortDefinition, ProbeDefinition, ServiceDefinition } from '../definition/service-definition.ts';
import { type Container, containerBase, resourcesOf, type VolumeMount, value } from './container.ts';

/** How the main container's ports are to be reached from outside the pod's own network. */
export type PortReach = 'pod' | 'host';

/** The container that does the service's work. Its user and rights are its image's: what an image needs of them is not ours to know. */
export function mainContainer(
  service: ServiceDefinition,
  reach: PortReach,
  volumeMounts: readonly VolumeMount[],
): Container {
  const ports = service.ports.filter((port) => port.declared).map((port) => containerPort(port, reach));
  const env = Object.entries(service.env).map(([name, text]) => value(name, text));
  return {
    ...containerBase(service.name, service.image),
    ...(service.command.length > 0 ? { command: service.command } : {}),
    ...(service.args.length > 0 ? { args: service.args } : {}),
    ...(env.length > 0 ? { env } : {}),
    ...(ports.length > 0 ? { ports } : {}),
    ...(service.readiness ? { readinessProbe: probe(service.readiness) } : {}),
    ...(service.liveness ? { livenessProbe: probe(service.liveness) } : {}),
    resources: resourcesOf(service.resources),
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  };
}

function containerPort(port: PortDefinition, reach: PortReach) {
  const { name, containerPort } = port;
  return { containerPort, ...(reach === 'host' ? { hostPort: containerPort } : {}), name, protocol: 'TCP' };
}

/** A command: a probe by HTTP or TCP would ask the node's address of a member that binds its own. */
function probe({ command, initialDelaySeconds, periodSeconds, timeoutSeconds }: ProbeDefinition) {
  return {
    exec: { command },
    failureThreshold: 3,
    ...(initialDelaySeconds > 0 ? { initialDelaySeconds } : {}),
    periodSeconds,
    successThreshold: 1,
    timeoutSeconds,
  };
}
