import { FirecampError } from '../../common/domain/errors.ts';
import type { ConfigId, ServiceAttrRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { pruneConfigs } from '../records/prune-configs.ts';
import type { ServiceView } from '../records/service-view.ts';
import { type StoredConfigFile, storedConfigFiles } from '../records/stored-definition.ts';
import { retried } from '../retried.ts';
import { updateAttributes } from './attr-updates.ts';
import { definedFields } from './attributes.ts';
import { attributesChange } from './attributes-change.ts';
import { growMembers } from './grow-members.ts';
import { storeTemplates } from './service-records.ts';
import type { Survey } from './survey.ts';

interface FileMode {
  readonly name: string;
  readonly mode: number;
}

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
  const old = before === undefined ? [] : storedConfigFiles(before);
  const templates = await step(operation, { step: 'record the service' }, () =>
    storeTemplates(operation, is, serviceUuid, old),
  );
  const renewed = otherModes(is, was?.configFiles ?? (await storedModes(operation, view)));
  const service = { attr: stored.record, members: view.members, renewed, names: 'known' } as const;
  const grown = await growMembers(operation, is, service, survey);
  const attr = await updateAttributes(operation, stored, (record) => {
    const fields = definedFields(is, templates, record);
    // Somebody who changes it to the same is welcome.
    const isOther = !isSame(record.definition, before) && !isSame(record.definition, fields.definition);
    // Members that were given up meanwhile have lost what was found here.
    const isLess = record.replicas < stored.record.replicas && record.replicas < is.replicas;
    if (isOther || isLess) throw changedMeanwhile(is.name);
    return { ...fields, hostedZoneId: grown.hostedZoneId, configs: grown.configs };
  });
  await pruneConfigs(
    operation,
    serviceUuid,
    [...referred(grown.members), ...attr.record.configs, ...asIds(templates)],
    [...referred(view.members), ...stored.record.configs, ...asIds(old)],
  );
  const rewritten = attr.version === stored.version ? [] : [attributesChange(was, is)];
  return { view: { service: view.service, attr, members: grown.members }, changes: [...grown.changes, ...rewritten] };
}

function referred(members: ServiceView['members']): ConfigId[] {
  return [...members.values()].flatMap(({ record }) => record.configs);
}

function asIds(templates: readonly StoredConfigFile[]): ConfigId[] {
  return templates.map((one) => ({ fileName: one.name, fileId: one.templateId, fileMd5: one.templateMd5 }));
}

/** A config file's version has a mode, so another mode needs another version. */
function otherModes({ configFiles }: ServiceDefinition, now: readonly FileMode[]): ReadonlySet<string> {
  const isOther = (name: string, mode: number) => now.some((file) => file.name === name && file.mode !== mode);
  return new Set(configFiles.filter(({ name, mode }) => isOther(name, mode)).map(({ name }) => name));
}

/** What no definition says stands in the versions that attributes and members refer to. */
async function storedModes(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  view: ServiceView,
): Promise<FileMode[]> {
  const { serviceUuid } = view.service.record;
  const used = new Set([...(view.attr?.record.configs ?? []), ...referred(view.members)].map(({ fileId }) => fileId));
  if (used.size === 0) return [];
  const all = await retried({ ports, signal }, () => ports.store.list('configFile', { serviceUuid }, { signal }));
  return all.flatMap(({ record: { fileId, fileName, fileMode } }) => {
    return used.has(fileId) ? [{ name: fileName, mode: fileMode }] : [];
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function changedMeanwhile(service: string): FirecampError {
  const message = `The definition of the service ${service} was changed by somebody else meanwhile.`;
  return new FirecampError('FC-REC-003', message, { fields: { service } });
}
