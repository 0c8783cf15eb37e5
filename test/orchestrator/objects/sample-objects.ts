import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';
import { serviceManifests } from '../../../orchestrator/manifests/service-manifests.ts';
import { cluster, facts, redis } from '../manifests/sample-service.ts';
import type { OrchestratorWorld } from '../world.ts';

/** The whole sample service in the world's namespace; cluster-scoped objects of one API server need a name that nobody else has. */
export function sampleService(world: Pick<OrchestratorWorld, 'settings'>, name: string): ServiceDefinition {
  return { ...redis, name, cluster: world.settings.cluster, namespace: world.settings.namespace };
}

export function sampleObjects(service: ServiceDefinition): KubeObject[] {
  return serviceManifests(service, facts, cluster);
}

export function ownerOf(service: ServiceDefinition) {
  return { service: service.name, serviceUuid: facts.serviceUuid };
}
