import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { type Change, type Operation, step } from '../operation.ts';
import type { ServiceView } from '../records/service-view.ts';
import { storedConfigFiles } from '../records/stored-definition.ts';
import { updateAttributes } from './attr-updates.ts';
import { definedFields } from './attributes.ts';
import { growMembers } from './grow-members.ts';
import { storeTemplates } from './service-records.ts';
import type { Survey } from './survey.ts';

/** A service whose records say what its definition says. */
export interface ChangedRecords {
  readonly view: ServiceView & { readonly attr: Stored<ServiceAttrRecord> };
  readonly changes: readonly Change[];
}

/**
 * Brings a service's records to a definition: members that are missing get all that a member has, as a creation gives it, config files whose
 * text or mode is another get a new version, and at last the attributes say what the service is. Kubernetes is not touched, and members
 * beyond the replicas stay as they are. Whether the definition may change so is the caller's to judge.
 *
 * @param was the definition in the records; undefined where they hold none (FireCamp's)
 * @throws FirecampError as `createService`, and FC-REC-003 when somebody else changes the service meanwhile
 */
export async function changeRecords(
  operation: Operation,
  view: ServiceView,
  was: ServiceDefinition | undefined,
  is: ServiceDefinition,
  survey: Survey,
): Promise<ChangedRecords> {
  const { serviceUuid } = view.service.record;
  const stored = view.attr;
  if (stored === undefined) throw new FirecampError('FC-SVC-004', `The service ${is.name} has no attributes.`);
  const before = stored.record.definition;
  const templates = await step(operation, { step: 'record the service' }, () =>
    storeTemplates(operation, is, serviceUuid, before === undefined ? [] : storedConfigFiles(before)),
  );
  const service = { attr: stored.record, members: view.members, renewed: filesOfAnotherMode(was, is) };
  const grown = await growMembers(operation, is, service, survey);
  const attr = await updateAttributes(operation, stored, (record) => {
    if (!isSame(record.definition, before)) throw changedMeanwhile(is.name);
    return {
      ...definedFields(is, templates),
      hostedZoneId: grown.hostedZoneId,
      configs: grown.configs,
    };
  });
  const rewritten = attr.version === stored.version ? [] : [changed(`attributes of ${is.name}`)];
  return { view: { service: view.service, attr, members: grown.members }, changes: [...grown.changes, ...rewritten] };
}

function changed(name: string): Change {
  return { action: 'update', kind: 'record', name };
}

/** A config file's version has a mode, so another mode needs another version. */
function filesOfAnotherMode(was: ServiceDefinition | undefined, is: ServiceDefinition): ReadonlySet<string> {
  const modes = new Map(was?.configFiles.map(({ name, mode }) => [name, mode]));
  return new Set(is.configFiles.flatMap(({ name, mode }) => ((modes.get(name) ?? mode) === mode ? [] : [name])));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function changedMeanwhile(service: string): FirecampError {
  const message = `The definition of the service ${service} was changed by somebody else meanwhile.`;
  return new FirecampError('FC-REC-003', message, { fields: { service } });
}
