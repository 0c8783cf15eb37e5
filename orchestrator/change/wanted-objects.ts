import { hasMembers, type Survey } from '../creation/survey.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { ServiceFacts } from '../manifests/service-facts.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { readClusterNetwork } from '../network/read-cluster-network.ts';
import type { ObjectOwner } from '../objects/object-owner.ts';
import type { Operation } from '../operation.ts';
import { stoppedFrom } from '../presence/stopped-from.ts';
import { findWorkload } from '../presence/workload.ts';
import { clusterFacts, serviceFacts } from '../records/manifest-facts.ts';
import type { ServiceView } from '../records/service-view.ts';

/** The objects of a service, and whose they are. */
export interface WantedObjects {
  readonly objects: KubeObject[];
  readonly owner: ObjectOwner;
}

/** With all that records and cluster say now; asks AWS for the subnets of members only. */
export async function wantedObjects(
  operation: Operation,
  definition: ServiceDefinition,
  view: ServiceView | undefined,
): Promise<WantedObjects> {
  const network = hasMembers(definition) ? await readClusterNetwork(operation, definition.zones) : undefined;
  const cluster = await clusterFacts(operation, network, definition.name);
  return objectsOf(definition, view, { network, cluster });
}

/** As `wantedObjects`, from what is known of the cluster. */
export function objectsOf(
  definition: ServiceDefinition,
  view: ServiceView | undefined,
  { network, cluster }: Pick<Survey, 'cluster'> & { readonly network: ClusterNetwork | undefined },
): WantedObjects {
  const facts = factsOf(definition, view, network);
  const owner = { service: definition.name, serviceUuid: facts.serviceUuid };
  return { objects: serviceManifests(definition, facts, cluster), owner };
}

/** Only the members that it shall have: those beyond are kept in the records, and have no objects. */
function factsOf(
  definition: ServiceDefinition,
  view: ServiceView | undefined,
  network: ClusterNetwork | undefined,
): ServiceFacts {
  const facts = serviceFacts(definition.testMode ? undefined : view, network);
  return { ...facts, members: facts.members.filter(({ ordinal }) => ordinal < definition.replicas) };
}

/** A stopped service stays stopped until it is started: its StatefulSet or Deployment keeps having no replicas. */
export async function keepStopped(operation: Operation, service: string, objects: KubeObject[]): Promise<KubeObject[]> {
  const workload = await findWorkload(operation, service);
  if (workload === undefined || stoppedFrom(workload.live) === undefined) return objects;
  return objects.map((object) => {
    if (object.kind !== workload.ref.kind.kind) return object;
    return { ...object, spec: { ...asFields(object['spec']), replicas: 0 } };
  });
}

function asFields(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
