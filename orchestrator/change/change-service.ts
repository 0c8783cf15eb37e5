import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { updateAttributes } from '../creation/attr-updates.ts';
import { changeRecords } from '../creation/change-records.ts';
import { givingWay } from '../creation/give-way.ts';
import { assertNotDeleting } from '../creation/same-service.ts';
import { readGround, type Survey, surveyGround } from '../creation/survey.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { kinds } from '../objects/kinds.ts';
import type { Change, Operation } from '../operation.ts';
import { readDefinition } from '../records/read-definition.ts';
import { getService, type ServiceView } from '../records/service-view.ts';
import { dropNames } from './drop-names.ts';
import { pendingRestarts, readSet } from './pending-restarts.ts';
import { plannedChange } from './planned-change.ts';
import type { ServiceChange } from './service-change.ts';
import { deleteStaleServices } from './stale-services.ts';
import { keepStopped, objectsOf, type WantedObjects } from './wanted-objects.ts';

/** Others that change the service meanwhile come to an end. */
const maxTurns = 5;

/**
 * Makes a service what its new definition says: first its records, by compare and set, then its objects. The API server is asked beforehand
 * whether it takes them. Running pods are left as they are; the answer names the members that still run an earlier template. A stopped
 * service stays stopped, unless the number of its members is another.
 *
 * @throws FirecampError as `changeRecords` and `applyObjects`
 */
export async function changeService(operation: Operation, change: ServiceChange): Promise<Change[]> {
  const { view, is } = change;
  const grows = is.replicas > view.attr.record.replicas || view.attr.record.status !== 'ACTIVE';
  const survey = grows ? await surveyGround(operation, is, view) : await readGround(operation, is);
  const before = await readSet(operation, is.name);
  const planned = await objectsNow(operation, change, is, view, survey);
  await askServer(operation, planned);
  if (operation.dryRun !== 'none') {
    const objects = await applyObjects(operation, planned.objects, planned.owner);
    const stale = await deleteStaleServices(operation, planned.objects, planned.owner);
    return [...(await plannedChange(operation, change, survey)), ...objects, ...stale];
  }
  return await givingWay(operation, view, () => makeChange(operation, change, survey, before));
}

async function makeChange(
  operation: Operation,
  change: ServiceChange,
  survey: Survey,
  before: LiveObject | undefined,
): Promise<Change[]> {
  const { view, was, is } = change;
  const names = await dropNames(operation, view, was, is);
  const records = await changeRecords(operation, view, was, is, survey);
  const objects = await applyNewest(operation, change, records.view, survey);
  if (view.attr.record.status !== 'ACTIVE') {
    await updateAttributes(operation, records.view.attr, () => ({ status: 'ACTIVE' }));
  }
  const after = await readSet(operation, is.name);
  return [...names, ...records.changes, ...objects, ...(await pendingRestarts(operation, before, after))];
}

/** The objects as they are to be now; a change in the number of members starts a stopped service. */
async function objectsNow(
  operation: Operation,
  { was, is: wanted }: ServiceChange,
  is: ServiceDefinition,
  view: ServiceView,
  survey: Survey,
): Promise<WantedObjects> {
  const { objects, owner } = objectsOf(is, view, survey);
  const scaled = was !== undefined && was.replicas !== wanted.replicas;
  return { objects: scaled ? objects : await keepStopped(operation, is.name, objects), owner };
}

/** Records that promise what the API server refuses would be in the way of every later change. Volumes do not change. */
async function askServer(operation: Operation, { objects, owner }: WantedObjects): Promise<void> {
  if (operation.dryRun !== 'none') return;
  const volumes: readonly string[] = [kinds.PersistentVolume.kind, kinds.PersistentVolumeClaim.kind];
  const asked = objects.filter(({ kind }) => !volumes.includes(kind));
  await applyObjects({ ...operation, dryRun: 'server' }, asked, owner);
}

/** Of two that change the service at once the records have the later one; whoever applies last must apply that. */
async function applyNewest(
  operation: Operation,
  change: ServiceChange,
  view: ServiceView & { readonly attr: Stored<ServiceAttrRecord> },
  survey: Survey,
): Promise<Change[]> {
  let [current, is] = [view, change.is];
  for (let turn = 1; ; turn++) {
    const { objects, owner } = await objectsNow(operation, change, is, current, survey);
    const applied = await applyObjects(operation, objects, owner);
    const stale = await deleteStaleServices(operation, objects, owner);
    const { attr, ...latest } = await getService(operation, is.name);
    if (attr === undefined) throw new FirecampError('FC-REC-003', `The service ${is.name} was deleted meanwhile.`);
    assertNotDeleting(attr.record);
    const isNewest = JSON.stringify(attr.record.definition) === JSON.stringify(current.attr.record.definition);
    if (isNewest || turn === maxTurns) return [...applied, ...stale];
    current = { ...latest, attr };
    is = await readDefinition(operation, current);
  }
}
