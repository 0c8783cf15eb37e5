import { FirecampError } from '../../common/domain/errors.ts';
import { completeDefinition } from '../definition/complete-definition.ts';
import { fieldName } from '../definition/file-fault.ts';
import { judgeBySchema } from '../definition/schema-faults.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';

/** A config file of a stored definition: its template is a ConfigFile record of its own. */
export interface StoredConfigFile {
  readonly name: string;
  readonly mode: number;
  /** Id of the ConfigFile record that holds the template. */
  readonly templateId: string;
  /** Hex MD5 of the template. */
  readonly templateMd5: string;
}

/**
 * A service's definition as its ServiceAttr record keeps it: everything but what the record's key and FireCamp's own fields say once more,
 * and with config files by reference, since an item of DynamoDB has an end. Versioned, so that a later form can be told from this one.
 */
export interface StoredDefinition extends Omit<ServiceDefinition, 'configFiles'> {
  readonly version: 1;
  readonly configFiles: readonly StoredConfigFile[];
}

/** What the record keeps of the definition, as it will be read: fields without a value are left out. */
export function toStoredDefinition(
  definition: ServiceDefinition,
  templates: readonly StoredConfigFile[],
): Readonly<Record<string, unknown>> {
  const stored: StoredDefinition = { version: 1, ...definition, configFiles: templates };
  return withoutUndefined({ ...stored });
}

function withoutUndefined(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(kept.map(([name, field]) => [name, isPlain(field) ? withoutUndefined(field) : field]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The config files that a stored definition refers to.
 *
 * @throws FirecampError FC-REC-002 when it is none of this version
 */
export function storedConfigFiles(stored: Readonly<Record<string, unknown>>): readonly StoredConfigFile[] {
  const { version, configFiles } = stored;
  if (version !== 1) throw malformed(`its version is ${JSON.stringify(version)}, and this firecamp knows version 1`);
  if (!Array.isArray(configFiles)) throw malformed('configFiles is no list');
  return configFiles.map((file: unknown) => {
    if (isPlain(file)) {
      const { name, mode, templateId, templateMd5 } = file;
      const texts = typeof name === 'string' && typeof templateId === 'string' && typeof templateMd5 === 'string';
      if (texts && typeof mode === 'number') return { name, mode, templateId, templateMd5 };
    }
    throw malformed('configFiles has an entry without name, mode, templateId or templateMd5');
  });
}

/**
 * The definition that was stored. It is judged as a service file is, since anybody may have written the record.
 *
 * @param templates content of the ConfigFile records that it refers to, by id
 * @throws FirecampError FC-REC-002 when it is none of this version
 */
export function fromStoredDefinition(
  stored: Readonly<Record<string, unknown>>,
  templates: ReadonlyMap<string, string>,
): ServiceDefinition {
  const configFiles = storedConfigFiles(stored).map(({ name, mode, templateId }) => {
    const content = templates.get(templateId);
    if (content === undefined) throw malformed(`there is no template ${templateId} of ${name}`);
    return { name, mode: mode.toString(8).padStart(4, '0'), content };
  });
  const { version: _version, ...fields } = stored;
  const { file, faults } = judgeBySchema({ ...structuredClone(fields), configFiles });
  if (file !== undefined) return completeDefinition(file, '');
  throw malformed(faults.map(({ path, message }) => `${fieldName(path)} ${message}`).join('; '));
}

function malformed(fault: string): FirecampError {
  const message = `The definition in the attributes of the service cannot be read: ${fault}.`;
  return new FirecampError('FC-REC-002', message, { fields: { fault } });
}
