import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { keepStopped } from '../change/wanted-objects.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import type { Change, Operation } from '../operation.ts';
import { serviceFacts } from '../records/manifest-facts.ts';
import { readDefinition } from '../records/read-definition.ts';
import { getService, type ServiceView } from '../records/service-view.ts';
import { releaseMembers } from '../removal/release-members.ts';
import type { OperationResult, ScaleOptions } from '../service-operations.ts';
import { updateAttributes } from './attr-updates.ts';
import { changeRecords } from './change-records.ts';
import { assertNotDeleted, givingWay } from './give-way.ts';
import { plannedChanges } from './planned-changes.ts';
import { removePods } from './remove-pods.ts';
import { assertNotDeleting } from './same-service.ts';
import { readGround, type Survey, surveyGround } from './survey.ts';

/** What a service file admits. */
const mostReplicas = 1000;

/**
 * Gives the service this many members. More: the new ones are made as a creation makes them, out of what an earlier scale-down has kept where
 * there is any, then the StatefulSet grows. Fewer: the StatefulSet loses the highest ordinals, and once their pods are gone the members
 * are kept for a later scale-up, or with `release` given up; volumes are deleted with `deleteVolumes` only. Config files that name all
 * members get new versions in either case, which a member reads when its pod starts again. A stopped service is started by another number, and stays
 * stopped with the same. Cut off at any
 * point it goes on when it is run again.
 *
 * @throws FirecampError FC-CFG-001 for a count out of 1 to 1,000, FC-SVC-002 (no such service), FC-SVC-003 (being deleted), FC-SVC-004 (its
 * definition is not known), and as `createService`; FC-CLM-006 when pods do not end
 */
export async function scaleService(
  operation: Operation,
  name: string,
  count: number,
  options: Pick<ScaleOptions, 'release' | 'deleteVolumes'> = {},
): Promise<OperationResult> {
  assertCount(name, count);
  const view = await getService(operation, name);
  if (view.attr !== undefined) assertNotDeleting(view.attr.record);
  const was = await readDefinition(operation, view);
  const shrunk = await shrink(operation, view, count, options);
  const grown = await bringTo(operation, shrunk.view, was, { ...was, replicas: count });
  return { changes: [...shrunk.changes, ...grown] };
}

interface Shrunk {
  readonly view: ServiceView;
  readonly changes: readonly Change[];
}

/** Takes away what is beyond the count; nothing when nothing is, or when it was kept before and is to stay so. */
async function shrink(
  operation: Operation,
  view: ServiceView,
  count: number,
  options: Pick<ScaleOptions, 'release' | 'deleteVolumes'>,
): Promise<Shrunk> {
  const { serviceName } = view.service.record;
  const ordinals = [...view.members.keys()].filter((ordinal) => ordinal >= count);
  const had = view.attr?.record.replicas ?? 0;
  if (had <= count && (options.release !== true || ordinals.length === 0)) return { view, changes: [] };
  const pods = await removePods(operation, serviceName, count);
  // Before anything is given up: whoever goes on from here must not take it for what the service has.
  const attr = view.attr && operation.dryRun === 'none' ? await setReplicas(operation, view.attr, count) : view.attr;
  const members = await releaseMembers(operation, view, ordinals, options);
  const released = options.release === true && operation.dryRun === 'none';
  const left = released ? new Map([...view.members].filter(([ordinal]) => ordinal < count)) : view.members;
  return { view: { ...view, attr, members: left }, changes: [...pods, ...members] };
}

function setReplicas(
  operation: Operation,
  attr: Stored<ServiceAttrRecord>,
  replicas: number,
): Promise<Stored<ServiceAttrRecord>> {
  return updateAttributes(operation, attr, (record) => ({ replicas: Math.min(record.replicas, replicas) }));
}

async function bringTo(
  operation: Operation,
  view: ServiceView,
  was: ServiceDefinition,
  is: ServiceDefinition,
): Promise<readonly Change[]> {
  // Fewer members need nothing that the network could lack.
  const survey = is.replicas > was.replicas ? await surveyGround(operation, is, view) : await readGround(operation, is);
  if (operation.dryRun !== 'none') return await plannedChanges(operation, is, view, survey);
  const { attr } = view;
  if (attr === undefined) return await bringRecorded(operation, view, was, is, survey);
  return await givingWay(operation, { ...view, attr }, () => bringRecorded(operation, view, was, is, survey));
}

async function bringRecorded(
  operation: Operation,
  view: ServiceView,
  was: ServiceDefinition,
  is: ServiceDefinition,
  survey: Survey,
): Promise<readonly Change[]> {
  const records = await changeRecords(operation, view, was, is, survey);
  const facts = serviceFacts(records.view, survey.network);
  const owner = { service: is.name, serviceUuid: facts.serviceUuid };
  const objects = serviceManifests(is, facts, survey.cluster);
  const scaled = is.replicas !== was.replicas;
  const applied = await applyObjects(
    operation,
    scaled ? objects : await keepStopped(operation, is.name, objects),
    owner,
  );
  // Whoever has deleted the service since may not have seen these objects.
  if (applied.some(({ action }) => action === 'create')) await assertNotDeleted(operation, records.view.service.record);
  return [...records.changes, ...applied];
}

function assertCount(service: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= mostReplicas) return;
  const stop = count === 0 ? ' To have no pod for a while, stop it: `firecamp stop` keeps what members have.' : '';
  const message = `The service ${service} cannot have ${count} members: a whole number from 1 to ${mostReplicas} is allowed.${stop}`;
  throw new FirecampError('FC-CFG-001', message, { fields: { service, count } });
}
