import { FirecampError } from '../../common/domain/errors.ts';
import { keepStopped } from '../change/wanted-objects.ts';
import { longestStatefulName } from '../definition/definition-warnings.ts';
import { judgeDefinition } from '../definition/judge-definition.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { serviceFacts } from '../records/manifest-facts.ts';
import { readDefinition } from '../records/read-definition.ts';
import { findFirstService, type ServiceView } from '../records/service-view.ts';
import type { OperationResult } from '../service-operations.ts';
import { updateAttributes } from './attr-updates.ts';
import { assertNotDeleted, givingWay } from './give-way.ts';
import { growMembers } from './grow-members.ts';
import { plannedChanges } from './planned-changes.ts';
import { assertSameService } from './same-service.ts';
import { ensureServiceRecords, type ServiceRecords } from './service-records.ts';
import { type Survey, surveyGround } from './survey.ts';

/**
 * Creates a service: its records, the members' volumes, addresses, names and config files, then its Kubernetes objects. Nothing is made
 * before everything that can be told has been found in order. Cut off at any point it goes on when it is run again; a service that is there
 * and was made from the same definition is accepted, and what is missing of it is made; a stopped one stays stopped.
 *
 * @returns what was made; with a dry run what would be
 * @throws FirecampError FC-CFG-001 (a definition that no service file could hold, with every fault), FC-SVC-001 (made from another definition,
 * with every difference), FC-SVC-003 (being deleted), FC-REC-008 (another namespace's), FC-NET-001 to 004, FC-K8S-005, FC-DEV-001, FC-VOL-001, FC-DNS-002 …
 */
export async function createService(operation: Operation, definition: ServiceDefinition): Promise<OperationResult> {
  assertOwnPlace(operation, definition);
  judgeDefinition(definition);
  assertName(definition);
  if (definition.testMode) return await createForTest(operation, definition);
  const first = await findFirstService(operation, definition.name);
  const found = first === 'unprepared' ? undefined : first;
  if (found?.attr) {
    const was = found.attr.record.definition && (await readDefinition(operation, found));
    assertSameService(found.attr.record, was, definition);
  }
  const survey = await surveyGround(operation, definition, found);
  const isDry = operation.dryRun !== 'none';
  const prepared = first === 'unprepared' ? await prepareRecords(operation, isDry) : [];
  const made = await (isDry ? plannedChanges : makeService)(operation, definition, found, survey);
  return { changes: [...prepared, ...made] };
}

/** The first service of a cluster brings the table of the records; it stays when the last one goes. */
async function prepareRecords(operation: Operation, isDry: boolean): Promise<Change[]> {
  const { ports, settings, signal } = operation;
  if (!isDry) await step(operation, { step: 'make the table of the records' }, () => ports.store.prepare({ signal }));
  return [{ action: 'create', kind: 'table', name: `records of cluster ${settings.cluster}` }];
}

async function makeService(
  operation: Operation,
  definition: ServiceDefinition,
  found: ServiceView | undefined,
  survey: Survey,
): Promise<Change[]> {
  const records = await step(operation, { step: 'record the service' }, () =>
    ensureServiceRecords(operation, definition, found),
  );
  return await givingWay(operation, records, () => makeMembers(operation, definition, found, survey, records));
}

async function makeMembers(
  operation: Operation,
  definition: ServiceDefinition,
  found: ServiceView | undefined,
  survey: Survey,
  records: ServiceRecords,
): Promise<Change[]> {
  const { name } = definition;
  if (records.made.includes('attributes')) await assertNotDeleted(operation, records.service.record);
  const members: ServiceView['members'] = found?.members ?? new Map();
  const service = { attr: records.attr.record, members, names: 'verified' } as const;
  const grown = await growMembers(operation, definition, service, survey);
  // An active service stays what it is; whoever creates it beside us may have come further.
  const attr = await updateAttributes(operation, records.attr, ({ status }) => ({
    status: status === 'ACTIVE' ? status : 'INITIALIZING',
    // A scale-down that was cut off may have left fewer.
    replicas: definition.replicas,
    hostedZoneId: grown.hostedZoneId,
    configs: grown.configs,
  }));
  const view = { service: records.service, attr, members: grown.members };
  const facts = serviceFacts(view, survey.network);
  const wasActive = found?.attr?.record.status === 'ACTIVE';
  const applied = await applyObjects(
    operation,
    await keepStopped(operation, name, serviceManifests(definition, facts, survey.cluster)),
    { service: name, serviceUuid: facts.serviceUuid },
    // What an earlier run has left half done is set right; what was complete must be what is asked for.
    { existing: wasActive ? 'same' : 'update' },
  );
  await updateAttributes(operation, attr, () => ({ status: 'ACTIVE' }));
  return [
    ...records.made.map((kind): Change => ({ action: 'create', kind: 'record', name: `${kind} of ${name}` })),
    ...grown.changes,
    ...applied,
  ];
}

/** Pods with TESTMODE use neither records nor AWS, so nothing but the objects is made for them. */
async function createForTest(operation: Operation, definition: ServiceDefinition): Promise<OperationResult> {
  const survey = await surveyGround(operation, definition, undefined);
  const facts = serviceFacts(undefined, undefined);
  const objects = serviceManifests(definition, facts, survey.cluster);
  const owner = { service: definition.name, serviceUuid: undefined };
  return { changes: await applyObjects(operation, objects, owner, { existing: 'same' }) };
}

/** @throws FirecampError FC-CFG-001 when the definition is for another cluster, namespace or database than the operation works on */
export function assertOwnPlace({ settings }: Pick<Operation, 'settings'>, definition: ServiceDefinition): void {
  const fields = ['cluster', 'namespace', 'dbType'] as const;
  const wrong = fields.filter((field) => settings[field] !== definition[field]);
  if (wrong.length === 0) return;
  const faults = wrong.map(
    (field) => `${field} is ${definition[field]}, and the operation works on ${settings[field]}`,
  );
  const message = `The service ${definition.name} is for another place: ${faults.join('; ')}.`;
  throw new FirecampError('FC-CFG-001', message, { fields: { service: definition.name, faults } });
}

/** @throws FirecampError FC-CFG-002 for a name of which Kubernetes could not make a single pod */
function assertName({ name, type }: ServiceDefinition): void {
  if (type !== 'stateful' || name.length <= longestStatefulName) return;
  const message = `The name ${name} has ${name.length} characters, and Kubernetes starts no pod of a StatefulSet whose name has more than ${longestStatefulName}.`;
  throw new FirecampError('FC-CFG-002', message, { fields: { service: name, most: longestStatefulName } });
}
