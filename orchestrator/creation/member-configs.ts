import { differsByMember, parseTemplate } from '../../common/domain/config-template.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import type { ConfigId } from '../../common/domain/records.ts';
import { renderTemplate, type TemplateMember, type TemplateService } from '../../common/domain/render-template.ts';
import type { ConfigFileDefinition, ServiceDefinition } from '../definition/service-definition.ts';
import { memberName } from '../manifests/names.ts';
import type { Operation } from '../operation.ts';
import { storeConfigs, type WantedConfig } from '../records/config-versions.ts';
import { memberDnsName } from './member-names.ts';

/** A member as its config files can name it, and the versions that its record refers to now. */
export interface ConfigMember {
  readonly ordinal: number;
  readonly zone: string;
  /** Empty for none. */
  readonly staticIp: string;
  readonly configs: readonly ConfigId[];
}

/** Which versions the records shall refer to. */
export interface ConfigIds {
  /** Files that are the same for all members, for the service's attributes. */
  readonly service: readonly ConfigId[];
  /** Each member's own, by ordinal. */
  readonly members: ReadonlyMap<number, readonly ConfigId[]>;
}

/**
 * Renders the config files with the values of these members and stores what is not stored yet. A file in which members do not differ is
 * stored once, for the service.
 *
 * @param members all that the service has, by ordinal
 * @param current versions that the service's attributes refer to now
 * @param renewed names of files whose mode has changed: they get a new version in any case
 */
export async function storeMemberConfigs(
  operation: Pick<Operation, 'ports' | 'signal'>,
  definition: ServiceDefinition,
  serviceUuid: string,
  members: readonly ConfigMember[],
  current: readonly ConfigId[],
  renewed: ReadonlySet<string> = new Set(),
): Promise<ConfigIds> {
  const wanted = wantedConfigs(definition, members, current).map((one) => ({
    ...one,
    config: { ...one.config, renew: renewed.has(one.config.fileName) },
  }));
  const stored = await storeConfigs(
    operation,
    serviceUuid,
    wanted.map(({ config }) => config),
  );
  const ids = wanted.flatMap(({ ordinal }, index) => {
    const id = stored[index];
    return id === undefined ? [] : [{ ordinal, id }];
  });
  const idsOf = (ordinal: number | undefined) => ids.filter((one) => one.ordinal === ordinal).map(({ id }) => id);
  const byMember = Map.groupBy(ids, ({ ordinal }) => ordinal);
  const own = members.map(({ ordinal }) => [ordinal, (byMember.get(ordinal) ?? []).map(({ id }) => id)] as const);
  return { service: idsOf(undefined), members: new Map(own) };
}

interface OwnedConfig {
  /** The member; undefined for a file of the service. */
  readonly ordinal: number | undefined;
  readonly config: WantedConfig;
}

/** Every file that shall be, the service's first. Pure. */
function wantedConfigs(
  definition: ServiceDefinition,
  members: readonly ConfigMember[],
  current: readonly ConfigId[],
): OwnedConfig[] {
  const named = members.map((member) => templateMember(definition, member));
  const service = templateService(definition, named);
  return definition.configFiles.flatMap((file): OwnedConfig[] => {
    const template = parseTemplate(file.content);
    const common = { fileName: file.name, fileMode: file.mode };
    if (!differsByMember(template)) {
      const self = named[0] ?? templateMember(definition, { ordinal: 0, zone: '', staticIp: '' });
      const content = rendered(file, () => renderTemplate(template, service, self));
      return [
        { ordinal: undefined, config: { ...common, prefix: definition.name, content, current: ofName(current, file) } },
      ];
    }
    return members.map(({ ordinal, configs }, index): OwnedConfig => {
      const self = named[index] ?? templateMember(definition, { ordinal, zone: '', staticIp: '' });
      const content = rendered(file, () => renderTemplate(template, service, self));
      return { ordinal, config: { ...common, prefix: self.name, content, current: ofName(configs, file) } };
    });
  });
}

function ofName(ids: readonly ConfigId[], { name }: ConfigFileDefinition): ConfigId | undefined {
  return ids.find(({ fileName }) => fileName === name);
}

function templateService(definition: ServiceDefinition, members: readonly TemplateMember[]): TemplateService {
  const { cluster, name, namespace, domain, ports } = definition;
  return { cluster, name, namespace, domain, replicas: members.length, ports, members };
}

function templateMember(
  { name: service, domain, registerDns }: ServiceDefinition,
  { ordinal, zone, staticIp }: Omit<ConfigMember, 'configs'>,
): TemplateMember {
  const name = memberName(service, ordinal);
  const dnsName = registerDns ? memberDnsName(name, domain) : undefined;
  return { name, ordinal, zone, staticIp: staticIp || undefined, dnsName };
}

/** A template is judged when the service file is read; one of a record may come from anywhere. */
function rendered({ name }: ConfigFileDefinition, render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FirecampError('FC-REC-002', `The config file ${name} cannot be made: ${error.message}.`, {
      fields: { file: name },
      cause: error,
    });
  }
}
