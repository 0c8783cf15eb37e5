import type { KubeObject } from '../manifests/kube-object.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { kinds } from '../objects/kinds.ts';
import type { ObjectOwner } from '../objects/object-owner.ts';
import type { Change, Operation } from '../operation.ts';
import { serviceObjects } from '../removal/service-objects.ts';

/** What a changed definition can leave without use. Everything else of a service stays as long as it does, its volumes and tasks above all. */
const passing: readonly string[] = [kinds.Service.kind, kinds.EndpointSlice.kind];

/** Deletes this service's Services, and EndpointSlices of our own, that are not wanted any more. */
export async function deleteStaleServices(
  operation: Operation,
  wanted: readonly KubeObject[],
  owner: ObjectOwner,
): Promise<Change[]> {
  const kept = new Set(wanted.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const there = await serviceObjects(operation, owner.service);
  const stale = there.filter(({ kind, name }) => passing.includes(kind.kind) && !kept.has(`${kind.kind}/${name}`));
  return await deleteObjects(operation, stale, owner);
}
