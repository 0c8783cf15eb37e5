import { FirecampError } from '../../common/domain/errors.ts';
import type { ServiceAttrRecord, ServiceRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { volumesOf } from '../manifests/volumes-of-service.ts';
import type { Operation } from '../operation.ts';
import { storeConfigs, templatePrefix } from '../records/config-versions.ts';
import { readDefinition } from '../records/read-definition.ts';
import type { ServiceView } from '../records/service-view.ts';
import type { StoredConfigFile } from '../records/stored-definition.ts';
import { newAttributes } from './attributes.ts';
import { takeDevices } from './devices.ts';
import { assertSameService } from './same-service.ts';

type Writing = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/** The records that make a service exist. */
export interface ServiceRecords {
  readonly service: Stored<ServiceRecord>;
  readonly attr: Stored<ServiceAttrRecord>;
  /** Which of the two this run has made. */
  readonly made: readonly ('service' | 'attributes')[];
}

/**
 * The service's record and attributes, each made if there is none. Who makes the attributes decides what the service is; whoever comes
 * second goes on with those, when they say the same.
 *
 * @param found what was there before, its attributes judged by `assertSameService`
 * @throws FirecampError as `assertSameService`, and FC-DEV-001
 */
export async function ensureServiceRecords(
  operation: Writing,
  definition: ServiceDefinition,
  found: ServiceView | undefined,
): Promise<ServiceRecords> {
  const service =
    found === undefined ? await makeService(operation, definition) : { stored: found.service, isNew: false };
  const { serviceUuid } = service.stored.record;
  const attr = found?.attr
    ? { stored: found.attr, isNew: false }
    : await makeAttributes(operation, definition, serviceUuid);
  // Attributes that were there before have been judged.
  if (!attr.isNew && found?.attr === undefined) {
    const view = { service: service.stored, attr: attr.stored };
    const was = attr.stored.record.definition && (await readDefinition(operation, view));
    assertSameService(attr.stored.record, was, definition);
  }
  return {
    service: service.stored,
    attr: attr.stored,
    made: [...(service.isNew ? ['service' as const] : []), ...(attr.isNew ? ['attributes' as const] : [])],
  };
}

interface Made<R> {
  readonly stored: Stored<R>;
  readonly isNew: boolean;
}

async function makeService({ ports, signal }: Writing, definition: ServiceDefinition): Promise<Made<ServiceRecord>> {
  const { cluster, name } = definition;
  const record = { cluster, serviceName: name, serviceUuid: ports.newUuid() };
  const [outcome] = await ports.store.writeAll([{ op: 'create', kind: 'service', record }], { signal });
  return madeOrMet(outcome, `The record of the service ${name}`);
}

async function makeAttributes(
  operation: Writing,
  definition: ServiceDefinition,
  serviceUuid: string,
): Promise<Made<ServiceAttrRecord>> {
  const { ports, signal } = operation;
  const templates = await storeTemplates(operation, definition, serviceUuid, []);
  const devices = await takeDevices(operation, definition.name, volumesOf(definition).length);
  const record = newAttributes(definition, serviceUuid, { templates, devices, wallMs: ports.clock.wall() });
  const [outcome] = await ports.store.writeAll([{ op: 'create', kind: 'serviceAttr', record }], { signal });
  return madeOrMet(outcome, `The attributes of the service ${definition.name}`);
}

/**
 * The templates of the definition's config files, stored where they are not.
 *
 * @param before those of the definition before it
 */
export async function storeTemplates(
  operation: Pick<Operation, 'ports' | 'signal'>,
  { name: service, configFiles }: ServiceDefinition,
  serviceUuid: string,
  before: readonly StoredConfigFile[],
): Promise<StoredConfigFile[]> {
  const wanted = configFiles.map(({ name, mode, content }) => {
    const was = before.find((file) => file.name === name);
    const current = was && { fileName: name, fileId: was.templateId, fileMd5: was.templateMd5 };
    return { prefix: templatePrefix(service), fileName: name, fileMode: mode, content, current };
  });
  const ids = await storeConfigs(operation, serviceUuid, wanted);
  return configFiles.map(({ name, mode }, index) => {
    const { fileId: templateId = '', fileMd5: templateMd5 = '' } = ids[index] ?? {};
    return { name, mode, templateId, templateMd5 };
  });
}

function madeOrMet<R>(
  outcome: { readonly done: Stored<R> | undefined } | { readonly met: Stored<R> | undefined } | undefined,
  what: string,
): Made<R> {
  const done = outcome && 'done' in outcome ? outcome.done : undefined;
  if (done !== undefined) return { stored: done, isNew: true };
  const met = outcome && 'met' in outcome ? outcome.met : undefined;
  if (met !== undefined) return { stored: met, isNew: false };
  throw new FirecampError('FC-REC-003', `${what} was there and was deleted at the same moment.`);
}
